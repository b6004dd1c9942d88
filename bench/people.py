"""Contacts of the benches, written by PostgreSQL itself: nine in ten opted in, one consent each, half buyers."""

from __future__ import annotations

FILL = [
    """INSERT INTO notifications_wording (key, version, language, text, sha256, created_at)
       VALUES ('bench', 1, 'fr', 'oui', repeat('0', 64), now())""",
    """INSERT INTO notifications_contact
              (public_id, phone, phone_digest, first_name, provenance, is_sms_opted_in, is_email_opted_in, created_at,
               invalid_phone)
       SELECT lpad(n::text, 12, '0'), '+336' || lpad(n::text, 8, '0'), encode(sha256(n::text::bytea), 'hex'),
              'Anne' || n %% 1000, 'consent', n %% 10 <> 0, false, now() - n * interval '1 second', ''
         FROM generate_series(1, %s) AS n""",
    """INSERT INTO notifications_consent (contact_id, channel, granted, wording_id, source, recorded_at)
       SELECT c.id, 'sms', true, w.id, '/', c.created_at FROM notifications_contact c, notifications_wording w""",
    """INSERT INTO notifications_purchase
              (contact_id, order_public_id, purchased_at, occasion, total_cents, department, refunded_cents,
               is_unmentionable)
       SELECT id, public_id, created_at, CASE WHEN id %% 3 = 0 THEN 'fete-des-meres' ELSE '' END,
              3000 + id %% 5000, '35', 0, false
         FROM notifications_contact WHERE id %% 2 = 0""",
]
