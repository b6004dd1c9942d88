"""What a provider says later about a message: applied only when it goes up, so replays and any order are harmless."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from interflora.lib import clock
from notifications.marketing import faults
from notifications.marketing.models import CampaignMessage
from notifications.models import Message, ProviderEvent
from notifications.routing import routes
from notifications.signals import announce
from notifications.statuses import HANDED_OVER, SETTLED, below


def is_new(provider: str, key: str) -> bool:
    """Remember a webhook by its key; False when it was already seen. In the caller's transaction."""
    _event, created = ProviderEvent.objects.get_or_create(provider=provider, key=key[:128])
    return created


def find(reference: str, provider_id: str) -> Message | None:
    """The functional message known by our reference, else by the provider's id."""
    if reference:
        return None if _is_uuid(reference) else Message.objects.filter(public_id=reference).first()
    return Message.objects.filter(provider_id=provider_id).first() if provider_id else None


def apply(*, status: str, reference: str = "", provider_id: str = "", error_code: str = "") -> bool:
    """Raise the message known by our reference or by the provider's id to `status`; whether a row changed.

    Nothing happens when no row is known or when the row already stands as high. One conditional update; clears the
    lease, so that a worker still waiting for its own answer no longer owns the row.
    """
    values = _values(status, error_code, clock.now())
    if provider_id:
        values["provider_id"] = provider_id
    if _is_uuid(reference):
        return _apply_to_campaign(Q(public_id=reference), status, values)
    message = find(reference, provider_id)
    if message is None:
        return bool(provider_id) and not reference and _apply_to_campaign(Q(provider_id=provider_id), status, values)
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, status__in=below(status)).update(**values)
        if changed:
            announce(message, status)
    return changed > 0


def _apply_to_campaign(known: Q, status: str, values: dict[str, Any]) -> bool:
    """One statement for a report without an error, the usual one; an error does what its kind asks."""
    changed = CampaignMessage.objects.filter(known, status__in=below(status)).update(**values) > 0
    if changed and values["error_code"]:
        kind = routes.fault_kind(values["error_code"])
        pk, phone = CampaignMessage.objects.values_list("pk", "phone").get(known)
        faults.act(kind, values["error_code"], pk, phone)
    return changed


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _values(status: str, error_code: str, now: datetime) -> dict[str, Any]:
    at = Value(now)
    values: dict[str, Any] = {
        "status": status,
        "error_code": error_code[:40],
        "handed_at": Coalesce("handed_at", at),
        "lease_token": None,
        "lease_until": None,
    }
    if status in HANDED_OVER:
        values["accepted_at"] = Coalesce("accepted_at", at)
    if status in SETTLED:
        values["settled_at"] = now
    return values
