"""An audit that can be rewritten is no audit: the database refuses to change or delete who read what, when and why."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION florists_addressread_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'address reads are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER address_read_kept BEFORE DELETE ON florists_addressread
    FOR EACH ROW EXECUTE FUNCTION florists_addressread_is_append_only();
CREATE TRIGGER address_read_unchanged
    BEFORE UPDATE OF id, delivery_id, florist_id, user_id, purpose, reason, read_at ON florists_addressread
    FOR EACH ROW EXECUTE FUNCTION florists_addressread_is_append_only();
"""
BACKWARD = """
DROP TRIGGER address_read_unchanged ON florists_addressread;
DROP TRIGGER address_read_kept ON florists_addressread;
DROP FUNCTION florists_addressread_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("florists", "0004_address_read_reviews")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
