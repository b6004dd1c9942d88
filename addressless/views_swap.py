"""« Un autre bouquet du même prix »: what this browser would rather receive, should it accept. Nothing is answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from addressless import sessions, web
from addressless.claim_forms import SwapForm
from addressless.models import ClaimSession
from addressless.views_claim import no_session, open_gift, people
from addressless.web import private
from catalog.models import ProductVariant
from interflora.lib import reading
from interflora.lib.reading import AnswerTooEarly
from orders import swaps


def _subject(session: ClaimSession) -> str:
    return f"swap:{session.pk}"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_swap(request: HttpRequest) -> HttpResponse:
    """The flowers that were bought and a few others, safe ones first; no price anywhere."""
    session, other = open_gift(request)
    if session is None:
        return other or no_session(request)
    order = session.claim.order
    if not swaps.is_possible(order.delivery):
        return redirect("addressless:claim_gift")
    sold = swaps.sold(order)
    variants = [sold, *swaps.offered(order)]
    if request.method != "POST":
        initial = {"bouquet": session.preferred_id} if session.preferred_id else None
        return _show(request, session, SwapForm(variants=variants, initial=initial), variants)
    if not web.is_same_origin(request):
        return render(request, "addressless/not_from_here.html", status=403)
    form = SwapForm(request.POST, variants=variants)
    if not form.is_valid() or not _was_read(session, form):
        return _show(request, session, form, variants)
    chosen = form.cleaned_data["bouquet"]
    sessions.prefer(session, None if chosen == sold.pk else chosen)
    return redirect("addressless:claim_gift")


def _was_read(session: ClaimSession, form: SwapForm) -> bool:
    try:
        reading.check(_subject(session), form.cleaned_data["shown"])
    except AnswerTooEarly:
        form.add_error("bouquet", _("Prenez un instant pour lire, puis confirmez votre choix."))
        return False
    return True


def _show(request: HttpRequest, session: ClaimSession, form: SwapForm, variants: list[ProductVariant]) -> HttpResponse:
    sold, *others = variants
    ctx = {
        **people(session.claim),
        "form": form,
        "shown": reading.stamp(_subject(session)),
        "choices": list(zip(form["bouquet"], [variant.product for variant in variants], strict=True)),
        "has_others": bool(others),
        "some_cost_less": any(variant.price_cents != sold.price_cents for variant in others),
    }
    return render(request, "addressless/swap.html", ctx)
