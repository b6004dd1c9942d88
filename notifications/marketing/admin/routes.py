"""By which way texts leave, at which price, and what the operators' errors ask of us: tables that staff correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.routing import routes
from notifications.routing.models import ProviderFault, Purpose, Route, RoutePrice

if TYPE_CHECKING:
    RouteModelAdmin = admin.ModelAdmin[Route]
    ProviderFaultModelAdmin = admin.ModelAdmin[ProviderFault]
    RoutePriceStackedInline = admin.StackedInline[RoutePrice, Route]
else:
    RouteModelAdmin = ProviderFaultModelAdmin = admin.ModelAdmin
    RoutePriceStackedInline = admin.StackedInline


class RoutePriceInline(RoutePriceStackedInline):
    model = RoutePrice
    extra = 0


@admin.register(Route)
class RouteAdmin(RouteModelAdmin):
    list_display = ["country", "purpose", "sender", "stop_mode", "parts_per_second", "days_between", "error_percent"]
    list_filter = ["purpose"]
    inlines = [RoutePriceInline]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Those of France are there to be corrected before anything left by them."""
        for purpose in Purpose.values:
            routes.of(purpose)
        return super().changelist_view(request, extra_context)


@admin.register(ProviderFault)
class ProviderFaultAdmin(ProviderFaultModelAdmin):
    list_display = ["code", "kind", "note"]
    list_filter = ["kind"]
    search_fields = ["code", "note"]
