"""Orders and money for the staff: everything read-only, actions call the domain's verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interflora.lib import codes, money
from orders import admin_pages, disputes, refunds, steps, timeline
from orders.mass_refunds import MOST_ORDERS
from orders.models import Order, OrderLine, Payment, Refund, StripeEvent
from staff import proof

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Order]
else:
    AnyModelAdmin, Inline = admin.ModelAdmin, admin.TabularInline


class ReadOnly(AnyModelAdmin):
    """Rows nobody adds, edits or deletes by hand; « change » opens the actions alone."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names: list[str] = []
        for name in self.fields or ():
            names += [name] if isinstance(name, str) else name
        return names

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is saved from these pages, not even on a forged post: the row read may have moved since."""


class ProblemFilter(admin.SimpleListFilter):
    title = _("problème")
    parameter_name = "probleme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        field = model_admin.model._meta.get_field("problem")
        return [("tous", _("tous les problèmes")), *field.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "tous":
            return queryset.exclude(problem="")
        return queryset.filter(problem=value) if value else queryset


class NextStepFilter(admin.SimpleListFilter):
    title = _("suite")
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("depassee", _("étape dépassée")), ("service", _("au service client"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "depassee":
            return queryset.filter(pk__in=Order.objects.going_dark().values("pk"))
        return queryset.filter(next_step_owner="staff") if self.value() else queryset


class LineInline(Inline):
    model = OrderLine
    fields = ["label", "quantity", "unit", "total", "vat"]
    readonly_fields = ["label", "quantity", "unit", "total", "vat"]
    extra = 0
    can_delete = False

    @admin.display(description=_("prix unitaire"))
    def unit(self, line: OrderLine) -> str:
        return money.euros(line.unit_cents)

    @admin.display(description=_("total"))
    def total(self, line: OrderLine) -> str:
        return money.euros(line.total_cents)

    @admin.display(description=_("dont TVA"))
    def vat(self, line: OrderLine) -> str:
        return f"{money.euros(line.vat_cents)} ({line.vat_bp / 100:g}\u00a0%)"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ReadOnly):
    list_display = [
        "__str__",
        "status",
        "sender",
        "total",
        "paid_at",
        "is_gift",
        "next_step",
        "step_owner",
        "due",
        "problem",
    ]
    list_filter = [ProblemFilter, NextStepFilter, "status", "is_gift"]
    search_fields = ["public_id", "sender_email", "sender_name", "payments__intent_id", "payments__session_id"]
    search_help_text = _("Numéro, e-mail ou nom de l’expéditeur, référence Stripe")
    date_hierarchy = "created_at"
    list_per_page = 50
    inlines = [LineInline]
    actions = ["cancel_and_refund", "mark_solved"]
    change_form_template = "admin/orders/order/change_form.html"
    fields = [
        ("public_id", "status", "is_gift"),
        ("problem", "next_step", "next_step_owner", "next_step_due_at"),
        ("sender", "sender_email", "sender_phone", "language"),
        ("total", "created_at", "paid_at", "delivered_at", "canceled_at"),
        "delivery_link",
        "money_story",
        "story",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """A number is found as it is printed, in groups of four."""
        number = codes.normalize_code(search_term)
        if number and queryset.filter(public_id=number).exists():
            search_term = number
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("expéditeur"), ordering="sender_name")
    def sender(self, order: Order) -> str:
        return order.sender_full_name or "–"

    @admin.display(description=_("total"), ordering="total_cents")
    def total(self, order: Order) -> str:
        return money.euros(order.total_cents)

    @admin.display(description=_("par"), ordering="next_step_owner")
    def step_owner(self, order: Order) -> str:
        return order.get_next_step_owner_display()

    @admin.display(description=_("avant le"), ordering="next_step_due_at")
    def due(self, order: Order) -> Any:
        return order.next_step_due_at

    @admin.display(description=_("livraison"))
    def delivery_link(self, order: Order) -> SafeString:
        url = reverse("admin:florists_delivery_change", args=[order.delivery_id])
        return format_html('<a href="{}">{}</a> – {}', url, order.delivery, order.delivery.get_status_display())

    @admin.display(description=_("paiements et remboursements"))
    def money_story(self, order: Order) -> SafeString:
        payments = order.payments.prefetch_related("refunds").order_by("pk")
        return render_to_string("admin/orders/order/money.html", {"payments": payments})

    @admin.display(description=_("histoire"))
    def story(self, order: Order) -> SafeString:
        return render_to_string("admin/orders/order/story.html", {"entries": timeline.for_staff(order)})

    @admin.action(description=_("Annuler et rembourser en entier…"), permissions=["change"])
    def cancel_and_refund(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """Nothing yet: leads to the dry run, which asks for the sum."""
        pks = ",".join(str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True)[: MOST_ORDERS + 1])
        return redirect(f"{reverse('admin:orders_order_refunds')}?ids={pks}")

    @admin.action(description=_("Problème réglé"), permissions=["change"])
    def mark_solved(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        done = sum(steps.solve(order.pk, actor=request.user.get_username()) for order in queryset)
        self.message_user(
            request, ngettext("%d problème réglé.", "%d problèmes réglés.", done) % done, messages.SUCCESS
        )

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("rembourser/", guard(proof.required(admin_pages.refund_many)), name="orders_order_refunds"),
            path("<int:pk>/rembourser/", guard(proof.required(admin_pages.refund_one)), name="orders_order_refund"),
            path("<int:pk>/decider/", guard(proof.required(admin_pages.decide)), name="orders_order_decide"),
        ]
        return [*own, *super().get_urls()]


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = ["order", "status", "amount", "captured", "pays_order", "dispute", "problem", "confirmed_at"]
    list_filter = [ProblemFilter, "status", "dispute", "pays_order"]
    list_select_related = ["order"]
    search_fields = ["order__public_id", "intent_id", "session_id"]
    actions = ["acknowledge"]
    fields = [
        "order",
        ("status", "dispute", "problem", "pays_order"),
        ("amount", "captured", "currency"),
        ("created_at", "expires_at", "confirmed_at", "ended_at"),
        ("session_id", "intent_id"),
    ]

    @admin.display(description=_("demandé"), ordering="amount_cents")
    def amount(self, payment: Payment) -> str:
        return money.euros(payment.amount_cents)

    @admin.display(description=_("encaissé"), ordering="captured_cents")
    def captured(self, payment: Payment) -> str:
        return money.euros(payment.captured_cents)

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Whoever may act on refunds."""
        return request.user.has_perm("orders.change_refund")

    @admin.action(description=_("Contestation perdue\u00a0: pris en compte"), permissions=["acknowledge"])
    @method_decorator(proof.required)
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        done = sum(disputes.acknowledge(payment.pk, actor=request.user.get_username()) for payment in queryset)
        self.message_user(
            request,
            ngettext("%d contestation prise en compte.", "%d contestations prises en compte.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    list_display = ["order", "cause", "amount", "status", "problem", "requested_at", "succeeded_at"]
    list_filter = [ProblemFilter, "status", "cause"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__public_id", "stripe_id", "payment__intent_id"]
    actions = ["ask_again"]
    fields = [
        "order",
        ("cause", "amount", "status"),
        ("problem", "failure", "attempts", "generation"),
        ("requested_at", "submitted_at", "succeeded_at", "failed_at"),
        ("stripe_id", "key"),
    ]

    @admin.display(description=_("commande"), ordering="payment__order__public_id")
    def order(self, refund: Refund) -> str:
        return str(refund.payment.order)

    @admin.display(description=_("montant"), ordering="amount_cents")
    def amount(self, refund: Refund) -> str:
        return money.euros(refund.amount_cents)

    @admin.action(description=_("Demander de nouveau à Stripe"), permissions=["change"])
    @method_decorator(proof.required)
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        done = sum(refunds.retry(refund.pk, actor=request.user.get_username()) for refund in queryset)
        self.message_user(
            request,
            ngettext("%d remboursement demandé de nouveau.", "%d remboursements demandés de nouveau.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    list_display = ["event_id", "kind", "object_id", "status", "attempts", "received_at", "handled_at"]
    list_filter = ["status", "kind"]
    search_fields = ["event_id", "object_id"]
    fields = ["event_id", "kind", "object_id", "status", "attempts", "received_at", "handled_at"]
