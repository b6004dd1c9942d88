"""Proof that can be rewritten is no proof: the database refuses to change a consent once recorded."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION notifications_consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'consent rows are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER consent_append_only BEFORE UPDATE ON notifications_consent
    FOR EACH ROW EXECUTE FUNCTION notifications_consent_is_append_only();
"""
BACKWARD = """
DROP TRIGGER consent_append_only ON notifications_consent;
DROP FUNCTION notifications_consent_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
