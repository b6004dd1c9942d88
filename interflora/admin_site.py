"""The back office's Django admin, in French, one site for every app, with the « À traiter » board in front.

Nobody sees any of it on a password alone: see `staff.proof`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from interflora import board
from staff import lockout, proof, views
from staff.forms import SignInForm

METHODS = ["GET", "HEAD", "POST"]
View = TypeVar("View", bound=Callable[..., Any])


class ShopAdminSite(AdminSite):
    site_header = _("Interflora – Gestion")
    site_title = _("Gestion")
    index_title = _("Bienvenue")
    index_template = "admin/shop_index.html"
    site_url = None
    login_form = SignInForm
    login_template = "admin/staff/login.html"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own = [
            path("a-traiter/", self.admin_view(self.board_view), name="board"),
            path("second-facteur/", self.admin_view(views.account), name="second_factor"),
            path("second-facteur/code/", views.code, name="code"),
            path("second-facteur/activer/", views.enroll, name="enroll"),
            path("second-facteur/cle.svg", views.qr_code, name="enroll_key"),
            path("second-facteur/codes-de-secours/", self.admin_view(views.renew_codes), name="recovery_codes"),
            path("confirmer/", self.admin_view(views.prove), name="prove"),
        ]
        return [*own, *super().get_urls()]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Django's own pages would answer any method as if it were GET."""
        return require_http_methods(METHODS)(super().admin_view(view, cacheable))

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff who gave a password and a second factor."""
        return super().has_permission(request) and proof.is_complete(request)

    @method_decorator([require_http_methods(METHODS), never_cache])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first step of a sign-in; the second one follows at once."""
        if (refusal := lockout.too_many(request)) is not None:
            return refusal
        if not proof.awaits_second_factor(request):
            response: HttpResponse = super().login(request, extra_context)
            if request.method != "POST" or not proof.awaits_second_factor(request):
                return response
            proof.begin(request)
        return redirect(proof.with_next("admin:code", proof.next_page(request)))

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """GET only: everything stuck that this person may see."""
        context = {**self.each_context(request), "title": _("À traiter"), "rows": board.rows(request.user)}
        return TemplateResponse(request, "admin/board.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {"board_count": len(board.rows(request.user)), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response
