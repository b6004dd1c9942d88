"""The three pages staff act from: read an address with a reason, ask a chosen florist, change the date."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from florists import addresses, deliveries, ladder, offers
from florists.addresses import AddressUnavailable, NotAllowed
from florists.calendar import SlotUnavailable
from florists.deliveries import TransitionRefused
from florists.forms import AddressReasonForm, FindFloristForm, OfferToForm, SlotForm
from florists.models import Delivery
from florists.pages import private
from staff import proof

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@private
@proof.required
@sensitive_variables()
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason, then show the address once; the audit row is written first."""
    delivery, user = _subject(request, pk, "florists.view_delivery")
    ctx = _context(request, delivery, _("Lire l’adresse"))
    if not addresses.may_read(user):
        return render(request, "admin/florists/delivery/address_closed.html", ctx, status=403)
    form = AddressReasonForm(request.POST or None)
    shown, problem = None, ""
    if form.is_valid():
        try:
            shown = addresses.read_for_staff(delivery, user, form.cleaned_data["reason"])
        except NotAllowed:
            raise PermissionDenied from None
        except AddressUnavailable:
            problem = _("Cette adresse ne peut pas être lue\u00a0: elle a été effacée, ou sa clé n’est pas ici.")
    ctx |= {"form": form, "address": shown, "problem": problem}
    return render(request, "admin/florists/delivery/address.html", ctx)


@require_http_methods(_METHODS)
@private
def offer_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a florist of one's choice before the rest of the list. Words are posted: no log keeps a commune."""
    delivery, user = _subject(request, pk, "florists.change_delivery")
    # The ladder tells where the flowers go: in its order for those alone who see it on the delivery's sheet.
    rungs = ladder.asked_and_next(delivery) if user.has_perm("florists.view_deliveryoffer") else []
    find = FindFloristForm(request.POST if "words" in request.POST else None)
    words = find.cleaned_data["words"] if find.is_valid() else ""
    form = OfferToForm(None if find.is_bound else request.POST or None, ladder=rungs, words=words)
    if form.is_valid():
        try:
            offers.offer_to(delivery, form.cleaned_data["florist"], user)
            messages.success(request, _("Proposition envoyée."))
            return redirect("admin:florists_delivery_change", pk)
        except TransitionRefused:
            form.add_error(None, _("Cette livraison n’est plus dans un état qui le permet."))
    ctx = _context(request, delivery, _("Proposer à un fleuriste")) | {"form": form, "find": find, "words": words}
    return render(request, "admin/florists/delivery/form.html", ctx)


@require_http_methods(_METHODS)
@private
def change_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Another half-day, or the second try of a failed delivery; the same florists' calendars decide."""
    delivery, user = _subject(request, pk, "florists.change_delivery")
    form = SlotForm(request.POST or None)
    if form.is_valid():
        try:
            deliveries.change_slot(delivery, form.cleaned_data["day"], form.cleaned_data["half_day"], user=user)
            messages.success(request, _("Date changée\u00a0: la livraison est proposée de nouveau."))
            return redirect("admin:florists_delivery_change", pk)
        except SlotUnavailable as error:
            field = "half_day" if error.code == "half_day" else "day"
            form.add_error(field, _("Aucun fleuriste de la liste n’est libre à ce moment."))
        except TransitionRefused:
            form.add_error(None, _("Cette livraison n’est plus dans un état qui le permet."))
    ctx = _context(request, delivery, _("Changer la date")) | {
        "form": form,
        "days": deliveries.served_days(delivery)[:20],
    }
    return render(request, "admin/florists/delivery/form.html", ctx)


def _subject(request: HttpRequest, pk: int, permission: str) -> tuple[Delivery, User]:
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(Delivery.objects.select_related("florist"), pk=pk), user


def _context(request: HttpRequest, delivery: Delivery, title: str) -> dict[str, object]:
    return {
        **admin.site.each_context(request),
        "title": title,
        "subtitle": str(delivery),
        "delivery": delivery,
        "opts": Delivery._meta,
    }
