"""The florist's pages after signing in: today's jobs and the job sheet. GET shows, POST acts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from florists import addresses, jobs, offers, states
from florists.addresses import AddressUnavailable, NotAllowed
from florists.deliveries import TransitionRefused
from florists.forms import ProblemForm, RefusalForm
from florists.jobs import NotYours
from florists.models import Delivery, DeliveryOffer, Florist
from florists.pages import private
from florists.sessions import florist_required
from florists.states import DeliveryStatus, OfferStatus
from interflora.lib import clock, links, tags
from interflora.lib.links import Link, Purpose
from interflora.lib.requests import NothingHere

STEPS = {
    DeliveryStatus.PREPARING: jobs.start_preparing,
    DeliveryStatus.OUT_FOR_DELIVERY: jobs.out_for_delivery,
    DeliveryStatus.DELIVERED: jobs.mark_delivered,
}


@require_safe
@private
@florist_required
def today(request: HttpRequest, florist: Florist) -> HttpResponse:
    """Jobs by day (late ones first), open offers, and what was finished in the last two days."""
    days: defaultdict[object, list[Delivery]] = defaultdict(list)
    for job in jobs.of_florist(florist).filter(status__in=states.WITH_FLORIST):
        days[job.day].append(job)
    since = clock.now() - timedelta(days=2)
    asked = DeliveryOffer.objects.filter(florist=florist, status=OfferStatus.OPEN).select_related("delivery")
    ctx = {
        "florist": florist,
        "days": dict(days),
        "today": clock.paris_today(),
        "offers": [(offer, links.path(Link(Purpose.OFFER, offer.public_id))) for offer in asked],
        "finished": florist.deliveries.filter(delivered_at__gte=since).order_by("-delivered_at"),
        "failed": florist.deliveries.filter(failed_at__gte=since).order_by("-failed_at"),
    }
    return render(request, "florists/today.html", ctx)


@require_safe
@private
@florist_required
@sensitive_variables()
def job(request: HttpRequest, florist: Florist, public_id: str) -> HttpResponse:
    """The job sheet. Showing the address writes its audit row first."""
    delivery = _own(florist, public_id)
    return render(request, "florists/job.html", _sheet(delivery, florist))


@require_safe
@private
@florist_required
def card(request: HttpRequest, florist: Florist, public_id: str) -> HttpResponse:
    """The card alone, to print: no price, no address."""
    return render(request, "florists/card.html", {"florist": florist, "delivery": _own(florist, public_id)})


@require_POST
@private
@florist_required
def step(request: HttpRequest, florist: Florist, public_id: str) -> HttpResponse:
    """One tap: préparation, en route, livré; one more to leave before the promised day."""
    delivery = _own(florist, public_id)
    target = DeliveryStatus(request.POST["step"]) if _is_status(request) else None
    verb = STEPS.get(target) if target else None
    if target is None or verb is None:
        raise Http404
    if jobs.is_early(delivery, target) and "early" not in request.POST:
        messages.error(
            request,
            _(
                "Cette livraison est prévue %(day)s, %(half_day)s. Si vous êtes convenus de l’avancer, "
                "cochez «\u00a0Je livre avant le jour prévu\u00a0» et recommencez."
            )
            % {"day": tags.day(delivery.day), "half_day": tags.half_day(delivery.half_day)},
        )
        return redirect("florists:job", public_id)
    try:
        if verb(delivery, florist):
            messages.success(request, _("C’est noté. Merci."))
    except (TransitionRefused, NotYours):
        messages.error(request, _("Cette livraison a changé entre-temps\u00a0: relisez la fiche."))
    return redirect("florists:job", public_id)


@require_POST
@private
@florist_required
@sensitive_variables()
def problem(request: HttpRequest, florist: Florist, public_id: str) -> HttpResponse:
    """Absent, wrong address…: the service takes over."""
    delivery = _own(florist, public_id)
    form = ProblemForm(request.POST)
    if not form.is_valid():
        return render(request, "florists/job.html", _sheet(delivery, florist, problem_form=form), status=422)
    try:
        jobs.mark_failed(delivery, florist, form.cleaned_data["problem"])
        messages.success(request, _("C’est noté\u00a0: le service s’en occupe et vous appelle si besoin."))
    except (TransitionRefused, NotYours):
        messages.error(request, _("Cette livraison a changé entre-temps\u00a0: relisez la fiche."))
    return redirect("florists:job", public_id)


@require_POST
@private
@florist_required
@sensitive_variables()
def give_back(request: HttpRequest, florist: Florist, public_id: str) -> HttpResponse:
    """« Je ne peux plus l’assurer »: before leaving, the job goes to the next florist."""
    delivery = _own(florist, public_id)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return render(request, "florists/job.html", _sheet(delivery, florist, back_form=form), status=422)
    if offers.give_back(delivery, florist, form.cleaned_data["reason"]):
        messages.success(request, _("Merci de nous avoir prévenus. Nous la proposons à un autre fleuriste."))
        return redirect("florists:today")
    messages.error(request, _("Cette livraison a changé entre-temps\u00a0: relisez la fiche."))
    return redirect("florists:job", public_id)


def _is_status(request: HttpRequest) -> bool:
    return request.POST.get("step", "") in DeliveryStatus.values


def _own(florist: Florist, public_id: str) -> Delivery:
    delivery = florist.deliveries.filter(public_id=public_id, status__in=states.ASSIGNED).first()
    if delivery is None:
        raise NothingHere("florists/unknown_job.html")
    return delivery


@sensitive_variables()
def _sheet(
    delivery: Delivery,
    florist: Florist,
    *,
    problem_form: ProblemForm | None = None,
    back_form: RefusalForm | None = None,
) -> dict[str, object]:
    address, closed = None, ""
    try:
        address = addresses.read_for_florist(delivery, florist)
    except NotAllowed:
        closed = "over"
    except AddressUnavailable as error:
        closed = str(error)
    return {
        "florist": florist,
        "delivery": delivery,
        "address": address,
        "closed": closed,
        "is_early": jobs.is_early(delivery, DeliveryStatus.DELIVERED),
        "problem_form": problem_form or ProblemForm(),
        "back_form": back_form or RefusalForm(),
    }
