"""The links of a commercial text: the one it invites to follow, and the unsubscribe page (GET shows, POST acts)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from interflora.lib import clock, codes, crypto, links
from interflora.lib.requests import client_ip, rate_limited
from notifications.marketing import occasions, refusals, short_links, stops
from notifications.marketing.models import CampaignMessage, Contact, StopSource

HOME = "/"


class OccasionsForm(forms.Form):
    """The occasions of which a person never wants to hear; what was refused before is not asked again."""

    occasions = forms.MultipleChoiceField(
        label=_("Occasions"), error_messages={"required": _("Cochez au moins une occasion.")}
    )

    def __init__(self, data: QueryDict | None, refused: list[str]) -> None:
        super().__init__(data)
        left = [(one.slug, one.label) for one in occasions.OCCASIONS if one.slug not in refused]
        self.fields["occasions"].choices = left  # type: ignore[attr-defined]
        self.refused = [occasions.label(slug) for slug in refused]


def refuse_occasions(request: HttpRequest, phone: str, *, page: str) -> OccasionsForm:
    """Read what this person (E.164, their own link) refuses for ever; the form to show next, with what is refused."""
    digest = crypto.contact_digest(phone)
    asks = request.method == "POST" and request.POST.get("only") == "occasions"
    form = OccasionsForm(request.POST if asks else None, refusals.of_digest(digest))
    if not form.is_valid():
        return form
    refusals.refuse(phone, form.cleaned_data["occasions"], page=page)
    return OccasionsForm(None, refusals.of_digest(digest))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop marketing, or some occasions, to whose message held this link; unknown and old links share one page."""
    ip = client_ip(request)
    if rate_limited(f"stop:{ip}", limit=60, seconds=600):
        return render(request, "notifications/stop_unknown.html", status=429)
    contact = _contact(token)
    if contact is None or contact.phone is None:
        return render(request, "notifications/stop_unknown.html", status=404)
    form = refuse_occasions(request, contact.phone, page="/stop/")
    if request.method == "POST" and "only" not in request.POST:
        stops.stop(contact.phone, StopSource.PAGE, page="/stop/", ip=ip if ip != "unknown" else None)
    ctx = {"form": form, "is_done": stops.is_stopped(contact.phone_digest)}
    response = render(request, "notifications/stop.html", ctx)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Count the visit and go to the campaign's page; unknown and old links lead to the first page all the same."""
    if rate_limited(f"follow:{client_ip(request)}", limit=120, seconds=60):
        return HttpResponseRedirect(HOME)
    pk = short_links.pk_of(code)
    received = CampaignMessage.objects.select_related("campaign").filter(handed_at__isnull=False)
    message = received.filter(pk=pk).first() if pk else None
    if message is None:
        return HttpResponseRedirect(HOME)
    purpose = "".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    by_machine = short_links.is_machine(
        message,
        method=request.method or "",
        agent=request.headers.get("User-Agent", ""),
        purpose=purpose,
        now=clock.now(),
    )
    short_links.note_click(message.pk, by_machine=by_machine)
    response = HttpResponseRedirect(message.campaign.link_path or HOME)
    response["X-Robots-Tag"] = "noindex"
    return response


def _contact(typed: str) -> Contact | None:
    """The contact behind the short code of the link."""
    code = codes.normalize_code(typed)
    if not code:
        return None
    return Contact.objects.filter(stop_code_digest=links.code_digest(links.Purpose.UNSUBSCRIBE, code)).first()
