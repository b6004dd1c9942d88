"""The recipient's pages: opening page, gift page, accepting. GET shows, POST acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from addressless import answers, invitations, letters, sessions, signatures, web
from addressless.claim_forms import AnswerForm, CodeForm, PlaceForm, PostcodeForm
from addressless.errors import GiftEnded
from addressless.models import Claim, ClaimChannel, ClaimSession, ClaimStatus, SessionAnswer
from addressless.web import private
from florists import calendar
from florists.addresses import AddressUnavailable, InvalidAddress
from florists.calendar import SlotUnavailable
from interflora.lib import clock, codes, links
from interflora.lib.requests import client_ip, rate_limited
from orders import swaps
from orders.swaps import BouquetGone

NO_DAY = gettext_lazy("Aucun jour n’est possible à cet endroit\u00a0: essayez un autre code postal.")


def ended(request: HttpRequest) -> HttpResponse:
    """The one page of every gift that waits for no answer any more."""
    return render(request, "addressless/ended.html", status=410)


def unknown(request: HttpRequest) -> HttpResponse:
    """Unknown, revoked and malformed links share one page."""
    return render(request, "addressless/unknown_link.html", {"form": CodeForm()}, status=404)


def no_session(request: HttpRequest) -> HttpResponse:
    """No claim session here: another browser, no cookies, or too long ago."""
    return render(request, "addressless/no_session.html", {"form": CodeForm()}, status=403)


def people(claim: Claim) -> dict[str, Any]:
    """How the pages name the sender: the verified account, else the screened first name, else « Quelqu'un »."""
    name = signatures.shown_as(claim)
    return {
        "sender": letters.shown_name(claim.order),
        "who": name or _("Quelqu’un"),
        "they": name or _("cette personne"),
        "They": name or _("Cette personne"),
        "claim": claim,
    }


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_open(request: HttpRequest, token: str) -> HttpResponse:
    """What the link shows to anyone; « Découvrir » trades it for a claim session."""
    if rate_limited(f"claim-open:{client_ip(request)}", limit=600, seconds=600):
        return render(request, "addressless/too_many.html", status=429)
    claim = Claim.objects.by_token(token)
    if claim is None or (claim.status == ClaimStatus.DRAFT and not claim.invitations):
        return unknown(request)
    mine = web.current_session(request)
    if mine is not None and mine.claim_id == claim.pk:
        return redirect("addressless:claim_gift")
    if claim.status != ClaimStatus.DRAFT and not claim.is_answerable(clock.now()):
        return ended(request)
    if request.method == "POST":
        if claim.status == ClaimStatus.DRAFT:
            invitations.arrived(claim.pk)
        key = sessions.open_again(claim, web.session_key(request))
        return web.set_session(redirect("addressless:claim_gift"), key)
    code = codes.grouped(links.code(claim.link()))
    return render(request, "addressless/open.html", {"code": code})


def after_answer(session: ClaimSession) -> HttpResponse:
    """Where a session that answered belongs."""
    if session.answer == SessionAnswer.ACCEPTED:
        return redirect("addressless:claim_accepted")
    return redirect("addressless:claim_declined")


def open_gift(request: HttpRequest) -> tuple[ClaimSession | None, HttpResponse | None]:
    """This browser's session on a gift that waits for its answer, or the page to show instead."""
    session = web.current_session(request)
    if session is None:
        return None, no_session(request)
    if session.answer:
        return None, after_answer(session)
    if not session.claim.is_answerable(clock.now()):
        return None, ended(request)
    return session, None


@private
@require_GET
def claim_gift(request: HttpRequest) -> HttpResponse:
    """The gift page: who, what, why you, what the sender will and won't learn."""
    session, other = open_gift(request)
    if session is None:
        return other or no_session(request)
    claim = session.claim
    delivery = claim.order.delivery
    ctx = {**people(claim), "delivery": delivery, "bouquet": delivery.items[0], "why": why_you(claim)}
    ctx |= {"may_swap": swaps.is_possible(delivery), "preferred": sessions.preferred(session)}
    return render(request, "addressless/gift.html", ctx)


def why_you(claim: Claim) -> str:
    """How the sender knew where to write."""
    sentences = {
        ClaimChannel.EMAIL: _("%(who)s nous a donné votre adresse e-mail pour vous offrir ces fleurs."),
        ClaimChannel.SMS: _("%(who)s nous a donné votre numéro pour vous offrir ces fleurs."),
        ClaimChannel.TWITTER_DM: _("%(who)s nous a donné votre nom de compte pour vous offrir ces fleurs."),
        ClaimChannel.PERSONAL_LINK: _("%(who)s vous a transmis ce lien pour vous offrir ces fleurs."),
    }
    return sentences[ClaimChannel(claim.channel)] % {"who": signatures.shown_as(claim) or _("Cette personne")}


def days_for(claim: Claim, postcode: str) -> Callable[[], list[date]]:
    """Asks for the served days that respect the sender's wish."""

    def ask() -> list[date]:
        days = calendar.served_days(postcode, start=claim.wanted_on)
        return [day for day in days if answers.fits_wish(claim, day)]

    return ask


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_accept(request: HttpRequest) -> HttpResponse:
    """The postcode first; a served one opens the address form with its days."""
    session, other = open_gift(request)
    if session is None:
        return _typed_again(request) or other or no_session(request)
    form = PostcodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        postcode = form.cleaned_data["postcode"]
        answer = AnswerForm(postcode=postcode, days=days_for(session.claim, postcode), initial={"half_day": ""})
        if answer.proposed():
            return render(request, "addressless/accept.html", _accept_ctx(session, answer, postcode))
        form.add_error("postcode", NO_DAY)
    return _another_place(request, session, form)


def _another_place(request: HttpRequest, session: ClaimSession, form: PlaceForm) -> HttpResponse:
    return render(request, "addressless/postcode.html", {**people(session.claim), "form": form})


def _accept_ctx(session: ClaimSession, form: AnswerForm, postcode: str) -> dict[str, Any]:
    preferred = sessions.preferred(session)
    return {**people(session.claim), "form": form, "postcode": postcode, "preferred": preferred}


@private
@require_POST
@sensitive_variables()
def claim_accept_address(request: HttpRequest) -> HttpResponse:
    """The answer itself: sealed, released to the florists, and the claim is closed.

    The calendar is asked once, with the answer; its days are read again only for a form that comes back.
    """
    session, other = open_gift(request)
    if session is None:
        return _typed_again(request) or other or no_session(request)
    if not web.is_same_origin(request):
        return render(request, "addressless/not_from_here.html", status=403)
    where = PlaceForm(request.POST)
    if not where.is_valid():
        return _another_place(request, session, where)
    postcode = where.cleaned_data["postcode"]
    form = AnswerForm(request.POST, postcode=postcode, days=days_for(session.claim, postcode))
    return _accept(request, session, form, where)


@sensitive_variables()
def _accept(request: HttpRequest, session: ClaimSession, form: AnswerForm, where: PlaceForm) -> HttpResponse:
    more: dict[str, Any] = {}
    status = 200
    shows_others = request.POST.get("flowers", "") != str(session.preferred_id or "")
    try:
        if shows_others:  # chosen since, in another tab: nobody accepts flowers that their page does not name
            more["flowers_changed"] = True
        elif form.is_valid():
            answers.accept(session, form.address(), form.cleaned_data["day"], form.cleaned_data["half_day"])
            return redirect("addressless:claim_accepted")
    except GiftEnded:
        return ended(request)
    except SlotUnavailable as refusal:
        form.refuse(refusal)
    except InvalidAddress as refusal:
        form.add_error(refusal.field, _("Vérifiez cette ligne\u00a0: elle est vide, trop longue ou inconnue."))
    except BouquetGone:
        more["bouquet_is_gone"] = True
    except AddressUnavailable:
        more["vault_is_closed"], status = True, 503
    if not form.proposed():
        where.add_error("postcode", NO_DAY)
        return _another_place(request, session, where)
    if "bouquet_is_gone" in more:  # forgotten on the page that says so, and on no other
        sessions.forget_preferred(session)
    ctx = {**_accept_ctx(session, form, where.cleaned_data["postcode"]), **more}
    return render(request, "addressless/accept.html", ctx, status=status)


@sensitive_variables()
def _typed_again(request: HttpRequest) -> HttpResponse | None:
    """Time ended the session while somebody typed: one tap, and the form comes back filled in."""
    if request.method != "POST" or sessions.find_ended(web.session_key(request)) is None:
        return None
    typed = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return render(request, "addressless/session_ended.html", {"typed": typed}, status=403)


@private
@require_POST
@sensitive_variables()
def claim_renew(request: HttpRequest) -> HttpResponse:
    """The one tap: a fresh session, and what was typed is back in the form. Nothing is answered."""
    key = sessions.renew(web.session_key(request))
    session = sessions.find(key)
    if session is None:
        return no_session(request)
    if not session.claim.is_answerable(clock.now()):
        return ended(request)
    where = PostcodeForm(request.POST)
    if not where.is_valid():
        return web.set_session(redirect("addressless:claim_gift"), key)
    postcode = where.cleaned_data["postcode"]
    form = AnswerForm(initial=request.POST.dict(), postcode=postcode, days=days_for(session.claim, postcode))
    response = render(request, "addressless/accept.html", _accept_ctx(session, form, postcode))
    return web.set_session(response, key)


@private
@require_GET
def claim_accepted(request: HttpRequest) -> HttpResponse:
    """The confirmation, in the session that accepted and nowhere else: the follow-up code, to copy or print.

    A reload shows it again: the session soon ends, and a code lost to a reload would lock its owner out for good.
    """
    session = web.current_session(request)
    if session is None:
        return no_session(request)
    if session.answer != SessionAnswer.ACCEPTED:
        return redirect("addressless:claim_gift")
    link = session.claim.tracking_link()
    code = codes.grouped(links.code(link))
    ctx = {**people(session.claim), "code": code, "tracking_path": links.path(link)}
    delivery = session.claim.order.delivery
    ctx |= {"delivery": delivery, "bouquet": delivery.items[0]}
    return render(request, "addressless/accepted.html", ctx)
