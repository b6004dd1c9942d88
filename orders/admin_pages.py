"""The pages staff act from: cancel and refund after a dry run, and decide of an order that stopped."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from interflora.lib import money
from orders import decisions, mass_refunds
from orders.models import Order

_METHODS = ["GET", "HEAD", "POST"]


class SumForm(forms.Form):
    """The sum that will go back, typed again by hand; `shown` is what the page said."""

    shown = forms.IntegerField(widget=forms.HiddenInput)
    typed = forms.CharField(max_length=20)

    def __init__(self, data: QueryDict | None = None, *, expected_cents: int) -> None:
        super().__init__(data, initial={"shown": expected_cents})
        self.expected_cents = expected_cents
        text = money.euros(expected_cents)
        self.fields["typed"].label = _("Pour confirmer, tapez la somme à rendre\u00a0: %(sum)s") % {"sum": text}
        self.fields["typed"].error_messages["required"] = _("Tapez la somme à rendre.")

    def clean_shown(self) -> int:
        shown: int = self.cleaned_data["shown"]
        if shown != self.expected_cents:
            raise forms.ValidationError(_("La somme a changé entre-temps\u00a0: relisez la liste."))
        return shown

    def clean_typed(self) -> int:
        cents = _cents(self.cleaned_data["typed"])
        if cents != self.expected_cents:
            raise forms.ValidationError(_("Ce n’est pas la somme à rendre. Rien n’a été fait."))
        return cents


def _cents(typed: str) -> int | None:
    """« 1 234,50 € » in cents; None when it is no amount."""
    kept = "".join(char for char in typed if not char.isspace() and char != "€")
    found = re.fullmatch(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?", kept)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


@require_http_methods(_METHODS)
def refund_one(request: HttpRequest, pk: int) -> HttpResponse:
    """/gestion/orders/order/<pk>/rembourser/: the same for one order; leads back to it."""
    get_object_or_404(Order, pk=pk)
    return _refund(request, Order.objects.filter(pk=pk), back=("admin:orders_order_change", pk))


@require_http_methods(_METHODS)
def refund_many(request: HttpRequest) -> HttpResponse:
    """/gestion/orders/order/rembourser/?ids=1,2: GET tells what would happen, POST with the typed sum does it."""
    typed = request.GET.get("ids", "").split(",")
    pks = [int(part) for part in typed if part.isascii() and part.isdecimal() and len(part) < 19]
    if not pks or len(pks) > mass_refunds.MOST_ORDERS:
        text = _("Choisissez de 1 à %(most)s commandes à la fois.") % {"most": mass_refunds.MOST_ORDERS}
        messages.error(request, text)
        return redirect("admin:orders_order_changelist")
    return _refund(request, Order.objects.filter(pk__in=pks), back=("admin:orders_order_changelist",))


def _refund(request: HttpRequest, orders: QuerySet[Order], *, back: tuple[Any, ...]) -> HttpResponse:
    if not request.user.has_perm("orders.change_order"):
        raise PermissionDenied
    plan = mass_refunds.dry_run(orders)
    form = SumForm(request.POST or None, expected_cents=plan.cents + plan.waiting_cents)
    if form.is_valid():
        result = mass_refunds.carry_out([row.order.pk for row in plan.rows], actor=request.user.get_username())
        _summarize(request, result)
        return redirect(*back)
    if form.errors.get("shown"):
        form = SumForm(expected_cents=form.expected_cents)
        messages.warning(request, _("La somme a changé entre-temps\u00a0: relisez la liste."))
    context = {"plan": plan, "form": form, "can_act": len(plan.unchanged) < len(plan.rows)}
    return _page(request, "refund.html", _("Annuler et rembourser"), context)


def _summarize(request: HttpRequest, result: mass_refunds.Result) -> None:
    """One line of what was done, one of what was not."""
    parts = [
        ngettext("%(n)d commande annulée", "%(n)d commandes annulées", result.canceled) % {"n": result.canceled},
        ngettext("%(n)d remboursée sans être annulée", "%(n)d remboursées sans être annulées", result.refunded)
        % {"n": result.refunded},
        _("%(sum)s à rendre") % {"sum": money.euros(result.cents)},
    ]
    done = result.canceled + result.refunded
    messages.add_message(request, messages.SUCCESS if done else messages.WARNING, ", ".join(parts) + ".")
    if result.unchanged:
        text = ngettext("%(n)d commande inchangée.", "%(n)d commandes inchangées.", result.unchanged)
        messages.warning(request, text % {"n": result.unchanged})
    if result.failed:
        text = ngettext(
            "%(n)d commande n’a pas pu être traitée\u00a0: rien n’a changé pour elle, recommencez.",
            "%(n)d commandes n’ont pas pu être traitées\u00a0: rien n’a changé pour elles, recommencez.",
            result.failed,
        )
        messages.error(request, text % {"n": result.failed})


_VERBS = {"livrer": decisions.deliver_anyway, "annuler": decisions.cancel}


@require_http_methods(_METHODS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """/gestion/orders/order/<pk>/decider/: contested or refunded elsewhere: deliver all the same, or cancel."""
    order = get_object_or_404(Order.objects.select_related("delivery"), pk=pk)
    if not request.user.has_perm("orders.change_order"):
        if request.method == "POST":
            raise PermissionDenied
        return redirect("admin:orders_order_change", pk)
    if request.method == "POST":
        verb = _VERBS.get(request.POST.get("verb", ""))
        if verb is not None and verb(pk, actor=request.user.get_username()):
            messages.success(request, _("C’est noté\u00a0: la commande suit votre décision."))
        else:
            messages.warning(request, _("Entre-temps, la situation a changé\u00a0: rien n’a été modifié."))
        return redirect("admin:orders_order_change", pk)
    if not order.awaits_decision:
        messages.info(request, _("Cette commande n’attend aucune décision."))
        return redirect("admin:orders_order_change", pk)
    may_deliver = decisions.may_deliver(order)
    context = {"order": order, "may_cancel": decisions.may_cancel(order), "may_deliver": may_deliver}
    title = _("Livrer quand même, ou annuler") if may_deliver else _("Annuler et rembourser")
    return _page(request, "decide.html", title, context)


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shell = {**admin.site.each_context(request), "title": title, "opts": Order._meta}
    return TemplateResponse(request, f"admin/orders/order/{template}", {**shell, **context})
