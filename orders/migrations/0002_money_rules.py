"""The rules that no single row can hold, kept by the database itself.

I1: for every payment, refunds not failed never exceed what was captured. The trigger locks the Payment row first
(FOR NO KEY UPDATE, which does not meet the foreign key's own lock), so two transactions cannot both fit.
I14: an order's total is the sum of its lines, checked at commit.
"""

from django.db import migrations

REFUNDS = """
CREATE FUNCTION orders_refunds_within_captured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment bigint := CASE TG_TABLE_NAME WHEN 'orders_payment' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'payment_id')::bigint END;
    captured bigint;
    returned bigint;
BEGIN
    SELECT captured_cents INTO captured FROM orders_payment WHERE id = payment FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount_cents), 0) INTO returned
      FROM orders_refund WHERE payment_id = payment AND status <> 'failed';
    IF returned > captured THEN
        RAISE EXCEPTION 'payment %: refunds of % exceed the % captured', payment, returned, captured
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_refunds_within_captured';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_refund_within_captured
    AFTER INSERT OR UPDATE ON orders_refund DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION orders_refunds_within_captured();
CREATE CONSTRAINT TRIGGER orders_payment_covers_refunds
    AFTER UPDATE OF captured_cents ON orders_payment DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION orders_refunds_within_captured();
"""
NO_REFUNDS = """
DROP TRIGGER orders_payment_covers_refunds ON orders_payment;
DROP TRIGGER orders_refund_within_captured ON orders_refund;
DROP FUNCTION orders_refunds_within_captured();
"""

TOTALS = """
CREATE FUNCTION orders_total_is_sum_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    target bigint := CASE TG_TABLE_NAME WHEN 'orders_order' THEN (row ->> 'id')::bigint ELSE (row ->> 'order_id')::bigint END;
    total bigint;
    lines bigint;
BEGIN
    SELECT total_cents INTO total FROM orders_order WHERE id = target;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(total_cents), 0) INTO lines FROM orders_orderline WHERE order_id = target;
    IF lines <> total THEN
        RAISE EXCEPTION 'order %: total % but lines of %', target, total, lines
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_total_is_sum_of_lines';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_total_is_sum_of_lines
    AFTER INSERT OR UPDATE OF total_cents ON orders_order DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION orders_total_is_sum_of_lines();
CREATE CONSTRAINT TRIGGER orders_lines_sum_to_total
    AFTER INSERT OR UPDATE OR DELETE ON orders_orderline DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION orders_total_is_sum_of_lines();
"""
NO_TOTALS = """
DROP TRIGGER orders_lines_sum_to_total ON orders_orderline;
DROP TRIGGER orders_total_is_sum_of_lines ON orders_order;
DROP FUNCTION orders_total_is_sum_of_lines();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUNDS, NO_REFUNDS),
        migrations.RunSQL(TOTALS, NO_TOTALS),
    ]
