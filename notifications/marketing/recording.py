"""What the provider answered to a batch, written in a few statements; and what its errors ask of us."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F

from interflora.lib import clock
from notifications.marketing import faults
from notifications.marketing.claiming import Batch, Ready
from notifications.marketing.models import Campaign, CampaignMessage
from notifications.routing import routes
from notifications.routing.models import FaultKind, Route
from notifications.statuses import MessageStatus, below
from notifications.transports.base import TransportError

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 20
FIRST_LOOK_AFTER = timedelta(minutes=1)
SLOWER_BY = timedelta(minutes=1)
REPAIRED_IN = timedelta(minutes=5)
_TABLE = CampaignMessage._meta.db_table


@dataclass(frozen=True)
class Outcome:
    """What becomes of one text that was not accepted."""

    one: Ready
    status: str
    code: str
    kind: str
    not_before: datetime


def record(batch: Batch, answers: Sequence[str | TransportError], route: Route) -> None:
    """Write every answer of a batch, then do what its errors ask."""
    accepted = [
        (one, answer)
        for one, answer in zip(batch.ready, answers, strict=True)
        if not isinstance(answer, TransportError)
    ]
    kinds = routes.fault_kinds() if len(accepted) < len(batch.ready) else {}
    others = [
        _outcome(one, answer, kinds)
        for one, answer in zip(batch.ready, answers, strict=True)
        if isinstance(answer, TransportError)
    ]
    with transaction.atomic():
        if accepted:
            _write_accepted(accepted)
        if others:
            _write_others(batch, others)
            _give_money_back(batch.campaign, others)
    for outcome in _each_once(others):
        faults.act(outcome.kind, outcome.code, outcome.one.pk, outcome.one.outgoing.to)
    faults.note(route, len(batch.ready), sum(outcome.kind in faults.OURS for outcome in others))


def accept(pk: int, provider_id: str) -> None:
    """The provider has this one: true whoever held its lease meanwhile."""
    now = clock.now()
    CampaignMessage.objects.filter(pk=pk, status__in=below(MessageStatus.ACCEPTED)).update(
        status=MessageStatus.ACCEPTED,
        provider_id=provider_id,
        error_code="",
        accepted_at=now,
        lease_token=None,
        lease_until=None,
    )


def _outcome(one: Ready, error: TransportError, kinds: dict[str, str]) -> Outcome:
    """Unknown is unknown whatever the code; else the table of errors decides, and the answer itself without it."""
    now = clock.now()
    kind = kinds.get(error.code, FaultKind.CONFIGURATION if error.configuration else "")
    if error.unknown:
        return Outcome(one, MessageStatus.UNKNOWN, error.code, "", now + FIRST_LOOK_AFTER)
    if kind == FaultKind.CONFIGURATION:
        # Nothing is wrong with the text: it waits for the repair.
        return Outcome(one, MessageStatus.QUEUED, error.code, kind, now + REPAIRED_IN)
    is_lasting = error.permanent if not kind else kind != FaultKind.QUEUE
    if is_lasting or one.attempts >= MAX_ATTEMPTS:
        return Outcome(one, MessageStatus.FAILED, error.code, kind, now)
    wait = timedelta(seconds=min(600, 5 * 2**one.attempts)) if error.retry_at is None else SLOWER_BY
    return Outcome(one, MessageStatus.QUEUED, error.code, kind, now + wait)


def _each_once(others: list[Outcome]) -> Iterable[Outcome]:
    """Each number that is refused; but what speaks of the account or of a version, once per version."""
    told = {
        (one.kind, one.one.outgoing.to if one.kind in faults.OF_ONE_NUMBER else str(one.one.variant)): one
        for one in others
        if one.kind
    }
    return told.values()


def _write_accepted(accepted: Iterable[tuple[Ready, str]]) -> None:
    """An answer is true whoever holds the lease; a report that was faster is not lowered."""
    pairs = list(accepted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {_TABLE} AS message
               SET status = 'accepted', provider_id = answer.provider_id, error_code = '', accepted_at = %(now)s,
                   lease_token = NULL, lease_until = NULL
              FROM unnest(%(pks)s::bigint[], %(ids)s::text[]) AS answer (pk, provider_id)
             WHERE message.id = answer.pk AND message.status = ANY(%(below)s)
            """,  # noqa: S608 # nosec B608 - the name of our own table
            {
                "now": clock.now(),
                "pks": [one.pk for one, _id in pairs],
                "ids": [provider_id for _one, provider_id in pairs],
                "below": below(MessageStatus.ACCEPTED),
            },
        )


def _write_others(batch: Batch, others: list[Outcome]) -> None:
    """Refused, waiting again or unknown: only where the lease is still ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {_TABLE} AS message
               SET status = outcome.status, error_code = outcome.code, not_before = outcome.not_before,
                   handed_at = CASE WHEN outcome.status = 'queued' THEN NULL ELSE message.handed_at END,
                   settled_at = CASE WHEN outcome.status = 'failed' THEN %(now)s::timestamptz END,
                   cost_cents = CASE WHEN outcome.status = 'unknown' THEN message.cost_cents ELSE 0 END,
                   lease_token = NULL, lease_until = NULL
              FROM unnest(%(pks)s::bigint[], %(statuses)s::text[], %(codes)s::text[], %(moments)s::timestamptz[])
                   AS outcome (pk, status, code, not_before)
             WHERE message.id = outcome.pk AND message.lease_token = %(token)s
            """,  # noqa: S608 # nosec B608 - the name of our own table
            {
                "now": clock.now(),
                "token": str(batch.token),
                "pks": [outcome.one.pk for outcome in others],
                "statuses": [str(outcome.status) for outcome in others],
                "codes": [outcome.code for outcome in others],
                "moments": [outcome.not_before for outcome in others],
            },
        )


def _give_money_back(campaign: int, others: list[Outcome]) -> None:
    """What certainly did not leave costs nothing."""
    free = sum((one.one.cost_cents for one in others if one.status != MessageStatus.UNKNOWN), Decimal(0))
    if free:
        Campaign.objects.filter(pk=campaign).update(spent_cents=F("spent_cents") - free)
