"""The recipient's pages for saying no: three ways, undo, report the card, ask for peace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from addressless import answers, claims, reports, web
from addressless.claim_forms import QUIETLY, REFUSE, REPORT, DeclineForm, PeaceForm, ReportForm
from addressless.errors import GiftEnded
from addressless.models import ClaimSession, InvitedContact, ReportReason
from addressless.views_claim import ended, no_session, open_gift, people, unknown
from addressless.web import private
from interflora.lib import links, reading
from interflora.lib.reading import AnswerTooEarly
from interflora.lib.requests import client_ip, rate_limited


def _subject(session: ClaimSession) -> str:
    return f"decline:{session.pk}"


def _show_choices(request: HttpRequest, session: ClaimSession, form: DeclineForm) -> HttpResponse:
    ctx = {**people(session.claim), "form": form, "shown": reading.stamp(_subject(session))}
    return render(request, "addressless/decline.html", ctx)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_decline(request: HttpRequest) -> HttpResponse:
    """The three ways; a choice leads to its confirmation and still answers nothing."""
    session, other = open_gift(request)
    if session is None:
        return other or no_session(request)
    if request.method != "POST":
        return _show_choices(request, session, DeclineForm())
    form = DeclineForm(request.POST)
    if form.is_valid() and _was_read(request, session, form):
        ctx = {**people(session.claim), "form": form, **form.cleaned_data}
        return render(request, "addressless/decline_confirm.html", ctx)
    return _show_choices(request, session, form)


def _was_read(request: HttpRequest, session: ClaimSession, form: DeclineForm) -> bool:
    try:
        reading.check(_subject(session), form.cleaned_data["shown"])
    except AnswerTooEarly:
        form.add_error("choice", _("Prenez un instant pour lire, puis confirmez votre choix."))
        return False
    return True


@private
@require_POST
def claim_decline_confirm(request: HttpRequest) -> HttpResponse:
    """The second tap. Refused without a choice, from elsewhere, or faster than a person reads."""
    session, other = open_gift(request)
    if session is None:
        return other or no_session(request)
    if not web.is_same_origin(request):
        return render(request, "addressless/not_from_here.html", status=403)
    form = DeclineForm(request.POST)
    if not form.is_valid() or not _was_read(request, session, form):
        return _show_choices(request, session, form)
    try:
        _answer(session, form.cleaned_data)
    except GiftEnded:
        return ended(request)
    return redirect("addressless:claim_declined")


def _answer(session: ClaimSession, data: dict[str, Any]) -> None:
    if data["choice"] == REFUSE:
        answers.decline(session)
    else:
        answers.refuse_quietly(session, report=data["text"] if data["choice"] == REPORT else None)


@private
@require_GET
def claim_declined(request: HttpRequest) -> HttpResponse:
    """What this session answered, and the undo while there is time."""
    session = web.current_session(request)
    if session is None:
        return no_session(request)
    if session.answer not in (REFUSE, QUIETLY, REPORT):
        return redirect("addressless:claim_gift")
    claim = session.claim
    until = session.answered_at + claims.UNDO_FOR if session.answered_at and answers.is_undoable(session) else None
    ctx = {**people(claim), "answer": session.answer, "undo_until": until}
    return render(request, "addressless/declined.html", ctx)


@private
@require_POST
def claim_undo(request: HttpRequest) -> HttpResponse:
    """Take the refusal back, within 15 minutes, here and nowhere else."""
    session = web.current_session(request)
    if session is None:
        return no_session(request)
    if not web.is_same_origin(request):
        return render(request, "addressless/not_from_here.html", status=403)
    try:
        answers.undo(session)
    except GiftEnded:
        return redirect("addressless:claim_declined") if session.answer else ended(request)
    return redirect("addressless:claim_gift")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_report_card(request: HttpRequest) -> HttpResponse:
    """The card message goes to the staff queue; the gift still waits for its answer."""
    session, other = open_gift(request)
    if session is None:
        return other or no_session(request)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        card = session.claim.order.delivery.card_text
        with transaction.atomic():
            reports.file(session.claim, ReportReason.CARD, form.cleaned_data["text"], card_text=card)
        return render(request, "addressless/reported.html", people(session.claim))
    return render(request, "addressless/report.html", {**people(session.claim), "form": form})


def _ask_for_peace(request: HttpRequest, invited: Sequence[InvitedContact]) -> HttpResponse:
    subject = f"peace:{invited[0].pk}"
    session = web.current_session(request)
    ctx: dict[str, Any] = {"has_gift": session is not None and session.claim_id in {row.claim_id for row in invited}}
    form = PeaceForm(request.POST if request.method == "POST" else None, senders=len(invited))
    if request.method == "POST" and form.is_valid():
        if not web.is_same_origin(request):
            return render(request, "addressless/not_from_here.html", status=403)
        try:
            reading.check(subject, form.cleaned_data["shown"])
            answers.leave_alone(invited, everybody=form.cleaned_data["choice"] == "everybody")
            return render(request, "addressless/left_alone.html", ctx)
        except AnswerTooEarly:
            form.add_error("choice", _("Prenez un instant pour lire, puis confirmez votre choix."))
    return render(request, "addressless/leave_alone.html", {**ctx, "form": form, "shown": reading.stamp(subject)})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def claim_leave_alone(request: HttpRequest) -> HttpResponse:
    """« Ne plus être contacté », from the gift page; whatever was answered before."""
    session = web.current_session(request)
    if session is None:
        return no_session(request)
    invited = session.claim.invited_contacts.filter(generation=session.generation).first()
    return _ask_for_peace(request, [invited]) if invited else ended(request)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def gift_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The same from the foot of any message; it opens nothing else, and works after the gift has ended."""
    if rate_limited(f"gift-stop:{client_ip(request)}", limit=300, seconds=600):
        return render(request, "addressless/too_many.html", status=429)
    invited = InvitedContact.objects.select_related("claim").filter(stop_digest=links.digest(token)).first()
    return _ask_for_peace(request, answers.invited_together(invited)) if invited else unknown(request)
