"""Gifts and reports for the staff: read-only, in French; actions call the domain's verbs.

Nothing here opens a contact: the back office holds no key for it. What was answered in silence is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from addressless import reports, reviews, trackings
from addressless.models import OPEN, Claim, ClosedSender, Report, Review, ReviewStatus, Worry
from interflora.lib import codes
from staff import proof

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin


class ReadOnly(AnyModelAdmin):
    """Rows nobody adds, edits or deletes by hand."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [str(name) for name in self.fields or ()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is saved from these pages, not even on a forged post: the row read may have moved since (I2)."""

    @admin.display(description=_("commande"))
    def order_link(self, row: Any) -> SafeString:
        order = row.order if isinstance(row, Claim) else row.claim.order
        return format_html('<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[order.pk]), order)


class StuckFilter(admin.SimpleListFilter):
    title = _("problème")
    parameter_name = "probleme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("contact", _("contact en échec"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        return queryset.filter(contact_failed_at__isnull=False, status__in=OPEN) if self.value() else queryset


@admin.register(Claim)
class ClaimAdmin(ReadOnly):
    list_display = ["number", "status", "channel", "order_link", "invited_at", "expires_at", "contact_failed_at"]
    list_filter = [StuckFilter, "status", "channel"]
    list_select_related = ["order"]
    list_per_page = 50
    search_fields = ["public_id", "order__public_id", "=sender_x_id", "=sender_x_handle"]
    search_help_text = _("Numéro du cadeau ou de la commande, compte X de l’expéditeur sans @ ou son numéro")
    date_hierarchy = "created_at"
    fields = [
        "number",
        "status",
        "channel",
        "order_link",
        "sender_x_handle",
        "sender_x_id",
        "sender_x_verified_at",
        "created_at",
        "invite_at",
        "started_at",
        "invitations",
        "invited_at",
        "expires_at",
        "reminders",
        "contact_failed_at",
        "wanted_on",
        "wanted_rule",
        "accepted_at",
        "ended_at",
        "contact_erased_at",
    ]

    @admin.display(description=_("numéro"), ordering="public_id")
    def number(self, claim: Claim) -> str:
        return codes.grouped(claim.public_id)


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ["__str__", "status", "created_at", "order_link", "handled_by", "handled_at"]
    list_filter = ["status", "reason"]
    list_select_related = ["claim__order", "handled_by"]
    list_per_page = 50
    fields = [
        "reason",
        "text",
        "card_text",
        "order_link",
        "status",
        "created_at",
        "handled_by",
        "handled_at",
        "felt_at",
    ]
    actions = ["warn_sender", "stop_gift", "close_sender", "dismiss"]

    @admin.action(description=_("Avertir l’expéditeur"), permissions=["change"])
    def warn_sender(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._each(request, queryset, reports.warn)

    @admin.action(
        description=_("Arrêter ce cadeau\u00a0; remboursé plus tard, sans dire pourquoi"), permissions=["change"]
    )
    @method_decorator(proof.required)
    def stop_gift(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._each(request, queryset, reports.stop)

    @admin.action(description=_("Arrêter ce cadeau et fermer l’expéditeur"), permissions=["change"])
    @method_decorator(proof.required)
    def close_sender(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._each(request, queryset, partial(reports.stop, and_sender=True))

    @admin.action(description=_("Classer sans suite"), permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._each(request, queryset, reports.dismiss)

    def _each(self, request: HttpRequest, queryset: QuerySet[Report], verb: Callable[[int, Any], bool]) -> None:
        done = sum(verb(pk, request.user) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        text = ngettext("%(count)d signalement traité.", "%(count)d signalements traités.", done) % {"count": done}
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)


@admin.register(ClosedSender)
class ClosedSenderAdmin(ReadOnly):
    """Senders who may write to nobody; deleting a row opens them again, one at a time."""

    list_display = ["__str__", "since", "created_at", "report"]
    list_select_related = ["report"]
    list_per_page = 50
    fields = ["report", "since", "created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super(ReadOnly, self).has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    @method_decorator(proof.required)
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        return super().delete_view(request, object_id, extra_context)


@admin.register(Worry)
class WorryAdmin(ReadOnly):
    list_display = ["__str__", "status", "created_at", "order_link", "handled_by", "handled_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["claim__order", "handled_by"]
    list_per_page = 50
    fields = ["kind", "text", "order_link", "status", "created_at", "handled_by", "handled_at"]
    actions = ["mark_handled"]

    @admin.action(description=_("Marquer comme traité"), permissions=["change"])
    def mark_handled(self, request: HttpRequest, queryset: QuerySet[Worry]) -> None:
        pks = queryset.order_by("pk").values_list("pk", flat=True)
        done = sum(trackings.handle_worry(pk, cast(User, request.user)) for pk in pks)
        text = ngettext("%(count)d souci traité.", "%(count)d soucis traités.", done) % {"count": done}
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)


@admin.register(Review)
class ReviewAdmin(ReadOnly):
    """Invitations that wait for a decision: two buttons, and what made somebody look."""

    list_display = ["number", "reason", "status", "created_at", "due_at", "order_link", "handled_by"]
    list_filter = ["status", "reason"]
    list_select_related = ["claim__order", "handled_by"]
    list_per_page = 50
    fields = ["number", "reason", "status", "order_link", "card", "created_at", "due_at", "handled_by", "handled_at"]
    actions = ["send", "refuse"]
    change_form_template = "admin/addressless/review/change_form.html"

    @admin.display(description=_("cadeau"))
    def number(self, review: Review) -> str:
        return codes.grouped(review.claim.public_id)

    @admin.display(description=_("message de la carte"))
    def card(self, review: Review) -> str:
        return review.claim.order.delivery.card_text or "–"

    @admin.action(description=_("Envoyer l’invitation"), permissions=["change"])
    def send(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._each(request, queryset, reviews.send)

    @admin.action(description=_("Annuler et rembourser"), permissions=["change"])
    @method_decorator(proof.required)
    def refuse(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._each(request, queryset, reviews.refuse)

    def _each(self, request: HttpRequest, queryset: QuerySet[Review], verb: Callable[[int, Any], bool]) -> None:
        done = sum(verb(pk, request.user) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        text = ngettext("%(count)d décision prise.", "%(count)d décisions prises.", done) % {"count": done}
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The gifts that made this review, beside it; its buttons post the list's own actions."""
        review = self.get_object(request, object_id)
        if review is not None:
            is_open = review.status == ReviewStatus.OPEN
            extra_context = {**(extra_context or {}), "siblings": reviews.siblings(review), "is_open": is_open}
        return super().change_view(request, object_id, form_url, extra_context)
