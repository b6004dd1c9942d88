"""The back office's Django admin, in French, one site for every app, with the « À traiter » board in front."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from interflora import board


class ShopAdminSite(AdminSite):
    site_header = _("Interflora – Gestion")
    site_title = _("Gestion")
    index_title = _("Bienvenue")
    index_template = "admin/shop_index.html"
    site_url = None

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [path("a-traiter/", self.admin_view(self.board_view), name="board"), *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """GET only: everything stuck that this person may see."""
        context = {**self.each_context(request), "title": _("À traiter"), "rows": board.rows(request.user)}
        return TemplateResponse(request, "admin/board.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {"board_count": len(board.rows(request.user)), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response
