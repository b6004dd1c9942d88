"""By which way texts leave, at which price, and what the operators' errors ask of us: tables that staff correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from notifications.routing.models import ProviderFault, Route, RoutePrice

if TYPE_CHECKING:
    RouteModelAdmin = admin.ModelAdmin[Route]
    ProviderFaultModelAdmin = admin.ModelAdmin[ProviderFault]
    RoutePriceTabularInline = admin.TabularInline[RoutePrice, Route]
else:
    RouteModelAdmin = ProviderFaultModelAdmin = admin.ModelAdmin
    RoutePriceTabularInline = admin.TabularInline


class RoutePriceInline(RoutePriceTabularInline):
    model = RoutePrice
    extra = 0


@admin.register(Route)
class RouteAdmin(RouteModelAdmin):
    list_display = ["country", "purpose", "sender", "stop_mode", "parts_per_second", "days_between", "error_percent"]
    list_filter = ["purpose"]
    inlines = [RoutePriceInline]


@admin.register(ProviderFault)
class ProviderFaultAdmin(ProviderFaultModelAdmin):
    list_display = ["code", "kind", "note"]
    list_filter = ["kind"]
    search_fields = ["code", "note"]
