"""The sender's pages behind the secret link /commande/<token>/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from florists import addresses, calendar, deliveries
from orders import access, cancellation, recipients, swaps, timeline
from orders.forms import AddressForm, CancelForm, PostcodeForm, SlotForm
from orders.models import EventKind, Order, Refund
from orders.views_checkout import card_context, card_form


@require_safe
@access.secret
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET /commande/<token>/: status, story, total, refunds, and what may still change."""
    order = access.order_or_404(token)
    may_change = order.is_paid and deliveries.sender_may_change(order.delivery)
    entries = timeline.for_sender(order)
    ctx = {
        "order": order,
        "token": token,
        "lines": order.lines.select_related("add_on"),
        "entries": entries,
        "gift_is_accepted": any(entry.kind == EventKind.GIFT_ACCEPTED for entry in entries),
        "cause": timeline.cause_of_end(entries),
        "refunds": Refund.objects.told().filter(payment__order=order).select_related("payment").order_by("pk"),
        "summary": recipients.read_summary(order),
        "may_change": may_change,
        "preferred": swaps.told_to_sender(order),
    }
    return render(request, "orders/order_page.html", ctx)


def _changing(view: Callable[[HttpRequest, str, Order], HttpResponse]) -> Callable[..., HttpResponse]:
    """A change the sender of a known address may make until the florist starts; afterwards, said kindly."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @access.secret
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        order = access.order_or_404(token)
        if order.is_paid and deliveries.sender_may_change(order.delivery):
            try:
                return view(request, token, order)
            except (recipients.TooLate, cancellation.TooLate, deliveries.TransitionRefused):
                pass
        messages.error(
            request, _("Le fleuriste a commencé, ou la commande est close\u00a0: rien ne peut plus changer ici.")
        )
        return redirect("orders:order_page", token)

    return wrapper


def _changed(request: HttpRequest, token: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("orders:order_page", token)


@_changing
def cancel(request: HttpRequest, token: str, order: Order) -> HttpResponse:
    """/commande/<token>/annuler/: asks, then cancels and refunds in full."""
    form = CancelForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "orders/cancel.html", {"form": form, "order": order, "token": token})
    cancellation.cancel_as_sender(order.pk)
    return _changed(request, token, _("Votre commande est annulée. Le remboursement est demandé."))


@_changing
def change_slot(request: HttpRequest, token: str, order: Order) -> HttpResponse:
    """/commande/<token>/date/: another day at the same place."""
    days = deliveries.served_days(order.delivery)
    initial = {"day": order.delivery.day, "half_day": order.delivery.half_day}
    form = SlotForm(request.POST or None, days=days, initial=initial)
    if form.is_valid():
        try:
            recipients.set_slot(order.pk, form.cleaned_data["day"], form.cleaned_data["half_day"])
            return _changed(request, token, _("La date est changée."))
        except calendar.SlotUnavailable:
            form.add_error("day", _("Ce moment vient d’être pris\u00a0: choisissez-en un autre."))
    return render(request, "orders/change_slot.html", {"form": form, "order": order, "token": token})


@_changing
def change_address(request: HttpRequest, token: str, order: Order) -> HttpResponse:
    """/commande/<token>/adresse/: the whole address again; the one kept is never shown."""
    ctx: dict[str, Any] = {"order": order, "token": token, "saved": recipients.read_summary(order)}
    if request.method != "POST" or "line1" not in request.POST:
        asked = PostcodeForm(request.POST or None)
        if not asked.is_valid():
            return render(request, "orders/change_address.html", {**ctx, "form": asked, "is_postcode_step": True})
        initial = {"day": order.delivery.day, "half_day": order.delivery.half_day}
        form = AddressForm(postcode=asked.cleaned_data["postcode"], initial=initial)
        return render(request, "orders/change_address.html", {**ctx, "form": form})
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            recipients.set_address(order.pk, form.address(), form.cleaned_data["day"], form.cleaned_data["half_day"])
            return _changed(request, token, _("L’adresse est changée."))
        except (calendar.SlotUnavailable, addresses.InvalidAddress):
            form.add_error("day", _("Ce moment vient d’être pris\u00a0: choisissez-en un autre."))
        except addresses.AddressUnavailable:
            closed = {**ctx, "form": form, "vault_is_closed": True}
            return render(request, "orders/change_address.html", closed, status=503)
    return render(request, "orders/change_address.html", {**ctx, "form": form})


@_changing
def change_card(request: HttpRequest, token: str, order: Order) -> HttpResponse:
    """/commande/<token>/carte/: another text, until the florist starts."""
    form, is_final = card_form(request, order)
    if is_final and form.is_valid():
        recipients.set_card(order.pk, form.cleaned_data["text"])
        return _changed(request, token, _("La carte est changée."))
    ctx = {"form": form, "order": order, "token": token, **card_context(form, order)}
    return render(request, "orders/change_card.html", ctx)
