"""Deliveries: status read-only, history, and actions that call the domain's verbs. No address here: see `views`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from florists import addresses, jobs, offers, states
from florists.admin import views
from florists.deliveries import TransitionRefused
from florists.models import AddressRead, Delivery, DeliveryEvent, DeliveryOffer
from florists.states import DeliveryStatus, Owner, Step
from interflora.lib import clock, codes

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Delivery]
    DeliveryModelAdmin = admin.ModelAdmin[Delivery]
else:
    Inline, DeliveryModelAdmin = admin.TabularInline, admin.ModelAdmin


class NeedFilter(admin.SimpleListFilter):
    title = _("besoin")
    parameter_name = "besoin"
    conditions: dict[str, dict[str, Any]] = {
        "service": {"next_step_owner": Owner.STAFF},
        "sans-fleuriste": {"next_step": Step.FIND_FLORIST},
        "non-livree": {"status": DeliveryStatus.FAILED, "next_step": Step.SOLVE},
        "en-retard": {"next_step": Step.CHECK_LATE},
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("service", _("par le service")),
            ("sans-fleuriste", _("sans fleuriste")),
            ("non-livree", _("non livrées")),
            ("en-retard", _("demi-journée passée")),
            ("depassee", _("étape dépassée")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        if self.value() == "depassee":
            return queryset.filter(next_step_due_at__lt=clock.now())
        return queryset.filter(**self.conditions.get(self.value() or "", {}))


class HistoryInline(Inline):
    """Rows nobody edits."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [str(name) for name in self.fields or ()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferInline(HistoryInline):
    model = DeliveryOffer
    fields = ["rank", "florist", "status", "opened_at", "deadline_at", "answered_at", "refusal"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("florist")


class EventInline(HistoryInline):
    model = DeliveryEvent
    fields = ["created_at", "kind", "florist", "user", "data"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("florist", "user")


class ReadInline(HistoryInline):
    model = AddressRead
    fields = ["read_at", "purpose", "florist", "user", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("florist", "user")


@admin.register(Delivery)
class DeliveryAdmin(DeliveryModelAdmin):
    list_display = [
        "__str__",
        "day",
        "half_day",
        "status",
        "florist",
        "next_step",
        "next_step_owner",
        "next_step_due_at",
        "is_gift",
    ]
    list_filter = [NeedFilter, "status", "half_day", "is_gift"]
    list_select_related = ["florist"]
    search_fields = ["public_id", "florist__name"]
    date_hierarchy = "day"
    list_per_page = 50
    actions = ["reassign", "close"]
    fields = [
        "public_id",
        ("status", "problem"),
        ("day", "half_day"),
        "florist",
        "what",
        "is_swapped",
        "card_text",
        "florist_pay",
        ("next_step", "next_step_owner", "next_step_due_at"),
        "do",
    ]
    readonly_fields = [
        "public_id",
        "status",
        "problem",
        "day",
        "half_day",
        "florist",
        "what",
        "is_swapped",
        "card_text",
        "florist_pay",
        "next_step",
        "next_step_owner",
        "next_step_due_at",
        "do",
        "address",
        "closed_address",
    ]
    inlines = [OfferInline, EventInline, ReadInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows: QuerySet[Delivery] = super().get_queryset(request)
        return rows.exclude(status=DeliveryStatus.DRAFT)

    def get_fields(self, request: HttpRequest, obj: Delivery | None = None) -> list[Any]:
        """The way to the address for those it was given to by name; the others read who gives it."""
        assert isinstance(request.user, User)
        return [*self.fields, "address" if addresses.may_read(request.user) else "closed_address"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        """A reference may be typed as read aloud: with dashes, in lower case."""
        return super().get_search_results(request, queryset, codes.normalize_code(search_term) or search_term)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing here is saved: things change through the verbs above and the history tells them."""
        hidden = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **hidden})

    def save_model(self, request: HttpRequest, obj: Delivery, form: Any, change: bool) -> None:
        """Not even on a forged post: the row read for this page may have moved since."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., Any]]] = [
            ("adresse", views.address),
            ("proposer", views.offer_to),
            ("date", views.change_slot),
        ]
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"florists_delivery_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("à préparer"))
    def what(self, delivery: Delivery) -> SafeString:
        rows = [(item.get("quantity", 1), item["product"], item.get("size", "")) for item in delivery.items]
        return format_html_join("", "<div>{} × {} {}</div>", rows)

    @admin.display(description=_("rémunération"))
    def florist_pay(self, delivery: Delivery) -> str:
        return f"{delivery.florist_pay_cents / 100:.2f}".replace(".", ",") + "\u00a0€"

    @admin.display(description=_("actions"))
    def do(self, delivery: Delivery) -> SafeString:
        links = []
        if delivery.status in {*states.UNDERWAY} - {DeliveryStatus.OUT_FOR_DELIVERY} and not delivery.held_at:
            links.append(("proposer", _("Proposer à un fleuriste")))
        if delivery.status in {*states.UNDERWAY, DeliveryStatus.FAILED} and delivery.status not in {
            DeliveryStatus.PREPARING,
            DeliveryStatus.OUT_FOR_DELIVERY,
        }:
            links.append(("date", _("Changer la date")))
        if not links:
            return self.get_empty_value_display()
        return format_html_join(
            " · ",
            '<a href="{}">{}</a>',
            ((reverse(f"admin:florists_delivery_{name}", args=[delivery.pk]), label) for name, label in links),
        )

    @admin.display(description=_("adresse"))
    def address(self, delivery: Delivery) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:florists_delivery_adresse", args=[delivery.pk]), _("Lire l’adresse")
        )

    @admin.display(description=_("adresse"))
    def closed_address(self, delivery: Delivery) -> str:
        return gettext("La lire demande un droit donné nommément par un administrateur.")

    @admin.action(description=_("Retirer au fleuriste et proposer au suivant"), permissions=["change"])
    def reassign(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self._run(request, queryset, offers.reassign)

    @admin.action(description=_("Clore\u00a0: pas de second essai"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self._run(request, queryset, jobs.close)

    def _run(
        self, request: HttpRequest, queryset: QuerySet[Delivery], verb: Callable[[Delivery, User], bool | None]
    ) -> None:
        assert isinstance(request.user, User)
        done = refused = 0
        for delivery in queryset:
            try:
                moved = verb(delivery, request.user) is not False
            except TransitionRefused:
                moved = False
            done, refused = done + moved, refused + (not moved)
        if done:
            text = ngettext("%(n)d livraison traitée.", "%(n)d livraisons traitées.", done)
            self.message_user(request, text % {"n": done})
        if refused:
            text = ngettext(
                "%(n)d livraison n’est pas dans un état qui le permet.",
                "%(n)d livraisons ne sont pas dans un état qui le permet.",
                refused,
            )
            self.message_user(request, text % {"n": refused}, messages.WARNING)
