"""The page a proposal's link opens. The link proves the phone or mailbox: accepting signs the florist in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from florists import addresses, offers, sessions
from florists.addresses import AddressUnavailable, NotAllowed
from florists.forms import RefusalForm
from florists.models import DeliveryOffer
from florists.pages import private
from florists.states import OfferStatus
from interflora.lib import clock, links, reading
from interflora.lib.reading import AnswerTooEarly


@require_safe
@private
@sensitive_variables()
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """What, where (the town alone), when and for how much. Showing the town writes its audit row first."""
    found = _find(token)
    return _unknown(request) if found is None else _page(request, found, token, RefusalForm())


@require_POST
@private
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """One tap: the job is theirs, and so is the sheet with the address.

    Not in under two seconds: a mail scanner that presses buttons must take no job, which nobody would then make.
    """
    found = _find(token)
    if found is None:
        return _unknown(request)
    if _was_read(request, found) and offers.accept(found.pk):
        sessions.sign_in(request, found.florist)
        messages.success(request, _("Merci\u00a0! Cette livraison est pour vous."))
        return redirect("florists:job", found.delivery.public_id)
    return redirect("florists:offer", token)


@require_POST
@private
def open_job(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an accepted proposal opens the job sheet again, while the job is theirs; to no machine either."""
    found = _find(token)
    if found is None:
        return _unknown(request)
    if _is_theirs(found) and _was_read(request, found):
        sessions.sign_in(request, found.florist)
        return redirect("florists:job", found.delivery.public_id)
    return redirect("florists:offer", token)


@require_POST
@private
@sensitive_variables()
def refuse(request: HttpRequest, token: str) -> HttpResponse:
    """No, with a reason: the next florist is asked."""
    found = _find(token)
    if found is None:
        return _unknown(request)
    form = RefusalForm(request.POST)
    if not form.is_valid() and found.status == OfferStatus.OPEN:
        return _page(request, found, token, form, status=422)
    if form.is_valid():
        offers.refuse(found.pk, form.cleaned_data["reason"])
    return redirect("florists:offer", token)


def _subject(found: DeliveryOffer) -> str:
    return f"offer:{found.pk}"


def _was_read(request: HttpRequest, found: DeliveryOffer) -> bool:
    """Whether the page was shown long enough to be read; if not, the next page says so."""
    try:
        reading.check(_subject(found), request.POST.get("shown", ""))
    except AnswerTooEarly:
        messages.warning(request, _("Prenez un instant pour lire, puis appuyez de nouveau."))
        return False
    return True


def _find(token: str) -> DeliveryOffer | None:
    rows = DeliveryOffer.objects.select_related("delivery", "florist").filter(florist__is_active=True)
    return rows.filter(token_digest=links.digest(token)).first()


def _is_theirs(found: DeliveryOffer) -> bool:
    """While the job is theirs and its sheet can be read: an old text message must not sign anybody in for ever."""
    delivery = found.delivery
    if found.status != OfferStatus.ACCEPTED or delivery.florist_id != found.florist_id:
        return False
    ended_at = delivery.delivered_at or delivery.failed_at
    return ended_at is None or clock.now() <= ended_at + addresses.READ_AFTER_END


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "florists/unknown_link.html", status=404)


@sensitive_variables()
def _page(request: HttpRequest, found: DeliveryOffer, token: str, form: RefusalForm, status: int = 200) -> HttpResponse:
    commune = ""
    if found.status == OfferStatus.OPEN:
        try:
            commune = addresses.read_commune(found)
        except (NotAllowed, AddressUnavailable):
            commune = ""
    ctx = {
        "offer": found,
        "delivery": found.delivery,
        "commune": commune,
        "token": token,
        "form": form,
        "shown": reading.stamp(_subject(found)),
        "is_theirs": _is_theirs(found),
    }
    return render(request, "florists/offer.html", ctx, status=status)
