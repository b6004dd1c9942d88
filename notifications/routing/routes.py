"""Which route a text takes, and what it costs there today."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import phonenumbers
from django.conf import settings

from interflora.lib import clock
from notifications.routing.models import FaultKind, ProviderFault, Purpose, Route, RoutePrice

HOME = "FR"


def of(purpose: str, country: str = HOME) -> Route:
    """The route to a country, else the one of France, made from the settings the first time."""
    found = Route.objects.filter(purpose=purpose, country__in={country, HOME})
    known = {route.country: route for route in found}
    return known.get(country) or known.get(HOME) or _made(purpose)


def of_phone(purpose: str, phone: str) -> Route:
    """The route of an E.164 number."""
    return of(purpose, phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or HOME)


def price(route: Route) -> Decimal:
    """Cents of one part today."""
    return dated_price(route)[1]


def dated_price(route: Route) -> tuple[date, Decimal]:
    """Since when, and how many cents one part costs today."""
    known = RoutePrice.objects.filter(route=route, since__lte=clock.paris_today()).values_list("since", "cents")
    return known.first() or _price_of_settings()


def fault_kinds() -> dict[str, str]:
    """What each known error code asks of us."""
    return dict(ProviderFault.objects.values_list("code", "kind"))


def fault_kind(code: str) -> str:
    """What this error code asks of us; "" when nobody knows it."""
    return str(ProviderFault.objects.filter(code=code).values_list("kind", flat=True).first() or "")


def _price_of_settings() -> tuple[date, Decimal]:
    """The latest of SMS_PART_PRICES that counts already, while the route has no price of its own."""
    today = clock.paris_today()
    known = [
        (date.fromisoformat(since), Decimal(cents))
        for since, cents in (each.split(":") for each in settings.SMS_PART_PRICES)
    ]
    return max((entry for entry in known if entry[0] <= today), default=(today, Decimal(0)))


def _made(purpose: str) -> Route:
    defaults = {"parts_per_second": max(1, int(settings.CAMPAIGN_PARTS_PER_SECOND))}
    return Route.objects.get_or_create(country=HOME, purpose=purpose, defaults=defaults)[0]


__all__ = ["HOME", "FaultKind", "Purpose", "dated_price", "fault_kind", "fault_kinds", "of", "of_phone", "price"]
