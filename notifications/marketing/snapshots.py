"""The audience of a campaign, frozen into rows: who receives which version, who is in the test, who is left out.

The draw of a contact is a hash of the campaign's salt and the contact's public id: repeating it changes nothing.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connection, transaction

from interflora.lib import clock
from notifications.marketing import segments
from notifications.marketing.campaigns import cancel, content_sha256
from notifications.marketing.models import Campaign, CampaignMessage, CampaignStatus, Variant

log = logging.getLogger(__name__)

# One key of PostgreSQL's advisory locks per campaign; the first half is ours.
_LOCK = 0x5A4B5
_HEX_DIGITS = 8


def start_due() -> int:
    """Start the scheduled campaigns whose hour has come, and take up what a killed worker left; how many started."""
    now = clock.now()
    due = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, starts_at__lte=now).values_list("pk", flat=True)
    begun = sum(_begin(pk) for pk in list(due))
    for pk in list(Campaign.objects.filter(status=CampaignStatus.SNAPSHOTTING).values_list("pk", flat=True)):
        freeze(pk)
    return begun


def start(pk: int) -> bool:
    """Start one campaign now; False when it is not scheduled any more, or had to be canceled."""
    return _begin(pk) and freeze(pk)


def _begin(pk: int) -> bool:
    """scheduled → snapshotting. A campaign that is not what was approved is canceled instead."""
    campaign = Campaign.objects.select_related("segment").filter(pk=pk, status=CampaignStatus.SCHEDULED).first()
    if campaign is None:
        return False
    if campaign.content_sha256 != content_sha256(campaign):
        log.error("campaign %s canceled: it is not what was approved any more", pk)
        cancel(pk)
        return False
    scheduled = Campaign.objects.filter(pk=pk, status=CampaignStatus.SCHEDULED)
    return scheduled.update(status=CampaignStatus.SNAPSHOTTING) == 1


def freeze(pk: int) -> bool:
    """Write the rows, then let the campaign leave; False when it is not snapshotting (paused or canceled meanwhile).

    One transaction and one INSERT … SELECT, nobody twice; holds an advisory lock and not the campaign's row, so that a
    pause never waits for it. Killed before the commit, nothing is written and the next sweep begins again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, pk])
        snapshotting = Campaign.objects.filter(pk=pk, status=CampaignStatus.SNAPSHOTTING)
        campaign = snapshotting.select_related("segment", "standing").first()
        if campaign is None:
            return False
        variants = list(campaign.variants.all())
        _insert(campaign, variants)
        now = clock.now()
        test: dict[str, object] = {
            "status": CampaignStatus.TESTING,
            "decide_at": now + timedelta(minutes=campaign.decision_minutes),
        }
        alone: dict[str, object] = {"status": CampaignStatus.ROLLING, "winner": variants[0], "decided_at": now}
        chosen = test if len(variants) > 1 else alone
        if not campaign.messages.exists():
            # Nothing to test and nothing to send: the next sweep ends it, its page says so.
            log.error("campaign %s ends without a text: nobody was left in its segment at the start", pk)
            chosen = {"status": CampaignStatus.ROLLING}
        return snapshotting.update(rolling_at=now, **chosen) == 1


def _insert(campaign: Campaign, variants: list[Variant]) -> int:
    """One row per eligible contact, set-based; how many are new.

    `place` says whether a contact is left out (under `holdout`), in the test (under `test`) or in the rest; `turn`,
    independent of it, which version. A holdout's row is written as skipped: the whole plan stays countable.
    """
    chosen, params = segments.of_campaign(campaign).values("id", "phone", "public_id").query.sql_with_params()
    holdout = campaign.holdout_percent / 100
    test = holdout + (1 - holdout) * campaign.test_percent / 100 if len(variants) > 1 else holdout
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH hashed AS (
                SELECT chosen.id, chosen.phone,
                       encode(sha256(convert_to(%(salt)s || chosen.public_id, 'UTF8')), 'hex') AS hash
                  FROM ({_named(chosen, len(params))}) AS chosen
            ), drawn AS (
                SELECT id, phone, {_fraction(1)} AS place, {_fraction(1 + _HEX_DIGITS)} AS turn FROM hashed
            )
            INSERT INTO {CampaignMessage._meta.db_table}
                   (public_id, campaign_id, contact_id, phone, "group", variant_id, status, skip_reason, settled_at,
                    error_code, provider_id, body_digest, parts, cost_cents, attempts, scans, not_before)
            SELECT gen_random_uuid(), %(campaign)s, id, phone,
                   CASE WHEN place < %(holdout)s THEN 'holdout' WHEN place < %(test)s THEN 'test' ELSE 'rest' END,
                   CASE WHEN place >= %(holdout)s AND place < %(test)s
                        THEN (%(variants)s::bigint[])[1 + floor(turn * %(versions)s)::int] END,
                   CASE WHEN place < %(holdout)s THEN 'skipped' ELSE 'queued' END,
                   CASE WHEN place < %(holdout)s THEN 'holdout' ELSE '' END,
                   CASE WHEN place < %(holdout)s THEN %(now)s::timestamptz END,
                   '', '', '', 0, 0, 0, 0, %(starts_at)s
              FROM drawn
            ON CONFLICT (campaign_id, phone) DO NOTHING
            """,  # noqa: S608 # nosec B608 - the inner query is Django's own, its values are parameters
            {
                **{f"p{number}": value for number, value in enumerate(params)},
                "salt": campaign.salt,
                "campaign": campaign.pk,
                "holdout": holdout,
                "test": test,
                "variants": [variant.pk for variant in variants],
                "versions": len(variants),
                "now": clock.now(),
                "starts_at": campaign.starts_at,
            },
        )
        return int(cursor.rowcount)


def _named(query: str, params: int) -> str:
    """Django's own query with its positional parameters named p0, p1…"""
    pieces = query.split("%s")
    assert len(pieces) == params + 1
    return "".join(f"{piece}%(p{number})s" for number, piece in enumerate(pieces[:-1])) + pieces[-1]


def _fraction(first: int) -> str:
    """SQL: eight hexadecimal digits of the hash, from the first one on, as a number in [0, 1)."""
    return f"('x' || substr(hash, {first}, {_HEX_DIGITS}))::bit(32)::bigint / 4294967296.0"
