"""What an operator's error asks of us, whether the provider refused at once or reported it later."""

from __future__ import annotations

import logging

from django.db import connection
from django.db.models import Count, Q

from interflora.lib import clock
from notifications.marketing import campaigns, stops
from notifications.marketing.models import CampaignMessage, Contact, StopSource, Variant
from notifications.routing import buckets, routes
from notifications.routing.models import FaultKind, Purpose, Route, RouteMeter
from notifications.statuses import MessageStatus

log = logging.getLogger(__name__)

OF_ONE_NUMBER = frozenset({FaultKind.OPTED_OUT, FaultKind.BAD_NUMBER})
# Errors that speak of the route.
OURS = frozenset({FaultKind.CONFIGURATION, FaultKind.FILTERED, FaultKind.QUEUE, FaultKind.PUMPING})
# A version is judged on so many texts at least, a route on so many answers.
FEWEST_FILTERED = 3
FILTERED_SHARE = 0.01
FEWEST_TRIED = 40


def act(kind: str, code: str, pk: int, phone: str) -> None:
    """Do what this kind of error asks, for the campaign message `pk` to `phone`. Idempotent; not in a transaction."""
    if kind == FaultKind.OPTED_OUT:
        stops.stop(phone, StopSource.CARRIER)
    elif kind == FaultKind.BAD_NUMBER:
        Contact.objects.filter(phone=phone).update(invalid_phone=phone)
    elif kind == FaultKind.CONFIGURATION:
        campaign = CampaignMessage.objects.values_list("campaign", flat=True).get(pk=pk)
        if campaigns.pause(campaign, f"configuration:{code}"):
            log.error("campaign %s paused: Twilio says %s. Check the account and keys.", campaign, code)
    elif kind == FaultKind.FILTERED:
        _watch_version(pk)
    elif kind == FaultKind.QUEUE:
        buckets.slow_down(routes.of(Purpose.MARKETING))


def note(route: Route, tried: int, failed: int) -> None:
    """Count the answers of a batch, older ones fading; too many errors pause every campaign of the route."""
    RouteMeter.objects.get_or_create(route=route)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {RouteMeter._meta.db_table} SET tried = tried / 2 + %s, failed = failed / 2 + %s"  # noqa: S608 # nosec B608
            " WHERE route_id = %s RETURNING tried, failed",
            [tried, failed, route.pk],
        )
        tried_lately, failed_lately = cursor.fetchone()
    if failed and tried_lately >= FEWEST_TRIED and failed_lately * 100 > tried_lately * route.error_percent:
        RouteMeter.objects.filter(route=route).update(tried=0, failed=0)
        if campaigns.pause_all("route_errors"):
            log.error("every campaign paused: %d of the last %d texts failed", failed_lately, tried_lately)


def _watch_version(pk: int) -> None:
    """A version that operators filter is stopped; when it is the last one, the campaign is paused."""
    row = CampaignMessage.objects.select_related("variant__campaign").get(pk=pk)
    variant = row.variant
    if variant is None:
        return
    codes = [code for code, kind in routes.fault_kinds().items() if kind == FaultKind.FILTERED]
    counts = CampaignMessage.objects.filter(variant=variant, handed_at__isnull=False).aggregate(
        handed=Count("pk"), filtered=Count("pk", filter=Q(error_code__in=codes))
    )
    if counts["filtered"] < FEWEST_FILTERED or counts["filtered"] <= counts["handed"] * FILTERED_SHARE:
        return
    campaign = variant.campaign
    others = campaign.variants.filter(stopped_at=None).exclude(pk=variant.pk)
    if campaign.winner_id == variant.pk or not others.exists():
        campaigns.pause(campaign.pk, "filtered")
        return
    if Variant.objects.filter(pk=variant.pk, stopped_at=None).update(stopped_at=clock.now()):
        CampaignMessage.objects.filter(variant=variant, status=MessageStatus.QUEUED).update(
            status=MessageStatus.SKIPPED, skip_reason="version_stopped", settled_at=clock.now()
        )
