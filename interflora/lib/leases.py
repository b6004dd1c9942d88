"""Leases with fencing: a worker owns a row for a while, and may finish it only if it still does.

A leased model declares `status`, `lease_token = UUIDField(null=True)` and `lease_until = DateTimeField(null=True)`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction

from interflora.lib import clock

M = TypeVar("M", bound=models.Model)


def lease(
    queryset: models.QuerySet[M],
    *,
    to_status: str,
    limit: int,
    seconds: int,
    order_by: Sequence[str] = ("pk",),
    **fields: Any,
) -> list[M]:
    """Take up to `limit` rows of `queryset` in one short transaction (FOR UPDATE SKIP LOCKED).

    Each row gets `to_status`, a new `lease_token`, `lease_until` and the extra `fields`; rows locked by another worker
    are passed over. The caller's queryset says which status is due. Must not be called inside a transaction that then
    talks to the network.
    """
    until = clock.now() + timedelta(seconds=seconds)
    with transaction.atomic():
        rows = list(queryset.select_for_update(skip_locked=True, of=("self",)).order_by(*order_by)[:limit])
        for row in rows:
            values = {"status": to_status, "lease_token": uuid.uuid4(), "lease_until": until, **fields}
            for name, value in values.items():
                setattr(row, name, value)
        if rows:
            type(rows[0])._default_manager.bulk_update(rows, ["status", "lease_token", "lease_until", *fields])
    return rows


def finish(row: models.Model, **fields: Any) -> bool:
    """Write `fields` and give the lease back, only if `row` still holds it; False when somebody else took over."""
    changed = (
        type(row)
        ._default_manager.filter(pk=row.pk, lease_token=getattr(row, "lease_token"))  # noqa: B009
        .update(lease_token=None, lease_until=None, **fields)
    )
    if changed:
        for name, value in fields.items():
            setattr(row, name, value)
    return changed == 1
