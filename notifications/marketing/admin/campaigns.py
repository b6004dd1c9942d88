"""The marketing screens: segments with a live count, the composer, the schedule, the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from interflora.lib import tags
from notifications.marketing import campaigns, compose, deciding, segments
from notifications.marketing.admin import panels, run
from notifications.marketing.forms import (
    SLOT_ERRORS,
    TEXT_ERRORS,
    CampaignForm,
    ScheduleForm,
    VariantForm,
    VariantFormSet,
    people,
)
from notifications.marketing.models import LETTERS, RUNNING, Campaign, CampaignStatus, Segment, Variant
from notifications.routing import routes
from notifications.statuses import HANDED_OVER

if TYPE_CHECKING:
    CampaignModelAdmin = admin.ModelAdmin[Campaign]
    VariantStackedInline = admin.StackedInline[Variant, Campaign]
else:
    VariantStackedInline = admin.StackedInline
    CampaignModelAdmin = admin.ModelAdmin

# French addresses of the verbs that need nothing but the campaign.
VERBS: dict[str, tuple[Callable[[int], bool], Any]] = {
    "rouvrir": (campaigns.reopen, _("La campagne est de nouveau un brouillon : elle devra être approuvée à nouveau.")),
    "pause": (campaigns.pause, _("La campagne est en pause : plus rien ne part.")),
    "reprendre": (campaigns.resume, _("La campagne reprend.")),
    "annuler": (campaigns.cancel, _("La campagne est annulée : ce qui n’est pas parti ne partira pas.")),
}


class VariantInline(VariantStackedInline):
    """One to four versions."""

    model = Variant
    form = VariantForm
    formset = VariantFormSet  # type: ignore[assignment]
    min_num = 1
    max_num = len(LETTERS)
    extra = 1


@admin.register(Campaign)
class CampaignAdmin(CampaignModelAdmin):
    form = CampaignForm
    inlines = [VariantInline]
    fieldsets = [
        (None, {"fields": ["name", "segment", "link_path", "budget"]}),
        (
            _("Test entre versions"),
            {"fields": ["test_percent", "decision_minutes", "metric", "asks_when_unclear", "holdout_percent"]},
        ),
    ]
    change_form_template = "notifications/admin/campaign_form.html"
    list_display = ["name", "segment", "status", "departure", "progress"]
    list_filter = ["status"]
    search_fields = ["name", "variants__text"]
    list_select_related = ["segment"]

    class Media:
        css = {"all": ["css/admin-campaign.css"]}

    @admin.display(description=_("départ"), ordering="starts_at")
    def departure(self, campaign: Campaign) -> str:
        return tags.moment(campaign.starts_at) or "–"

    @admin.display(description=_("Budget maximal"))
    def budget(self, campaign: Campaign) -> str:
        """What the form's field of this name asked, where the page is only read."""
        return tags.euros(campaign.budget_cents) if campaign.budget_cents is not None else str(_("sans limite"))

    @admin.display(description=_("remis / prévus"))
    def progress(self, campaign: Campaign) -> str:
        planned, sent = getattr(campaign, "planned"), getattr(campaign, "sent")  # noqa: B009 - of get_queryset
        return f"{sent} / {planned}" if planned else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        sent = Count("messages", filter=Q(messages__status__in=HANDED_OVER))
        return super().get_queryset(request).annotate(planned=Count("messages"), sent=sent)

    def has_change_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        """The form is open on drafts only; the verbs have their own check."""
        return super().has_change_permission(request, obj) and (obj is None or obj.status == CampaignStatus.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.status == CampaignStatus.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        obj.edited_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("compteur/", wrap(require_POST(self.counter_view)), name="campaign_counter"),
            path("tout-arreter/", wrap(require_POST(self.panic_view)), name="campaign_panic"),
            path("<int:pk>/avancement/", wrap(require_safe(self.progress_view)), name="campaign_progress"),
            path("<int:pk>/approuver/", wrap(self.approve_view), name="campaign_approve"),
            path("<int:pk>/choisir/<str:letter>/", wrap(require_POST(self.choose_view)), name="campaign_choose"),
            path("<int:pk>/sans-accents/<str:letter>/", wrap(require_POST(self.plain_view)), name="campaign_plain"),
            path("<int:pk>/programmer/", wrap(self.schedule_view), name="campaign_schedule"),
            path("<int:pk>/faire/<str:verb>/", wrap(require_POST(self.verb_view)), name="campaign_verb"),
        ]
        return [*own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        campaign = self.get_object(request, object_id) if object_id else None
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **(panels.panel(campaign) if campaign else {})}
        )

    def counter_view(self, request: HttpRequest) -> HttpResponse:
        """What a text being written costs, and how it will read: JSON for the live counter."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise Http404
        text, keeps = request.POST.get("text", "")[:1000], request.POST.get("keeps_accents") == "on"
        segment = Segment.objects.filter(pk__in=_numbers(request.POST.get("segment"))).first()
        error = ""
        try:
            compose.check(text)
        except compose.BadText as bad:
            error = str(TEXT_ERRORS[bad.code] % {"detail": bad.detail})
        example = panels.example(segment)
        shown = compose.preview(
            text,
            first_name=example.first_name if example else "",
            keeps_accents=keeps,
            route=routes.of(routes.Purpose.MARKETING),
        )
        return JsonResponse(
            {
                "text": shown.text,
                "units": shown.cost.units,
                "parts": shown.cost.parts,
                "isGsm7": shown.cost.is_gsm7,
                "replaced": list(shown.replaced),
                "people": people(segments.audience(segment).count()) if segment else "",
                "error": error,
            }
        )

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The run as it is now, with `tout` its results too: the pieces of the page that its script puts in place."""
        campaign = self._campaign(request, pk)
        if "tout" in request.GET:
            return TemplateResponse(request, "notifications/admin/_campaign_state.html", panels.state(campaign))
        known = {"campaign": campaign, **run.shown(campaign)}
        return TemplateResponse(request, "notifications/admin/_campaign_run.html", known)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a draft would do and cost; POST freezes it, above a number of people by another than its author."""
        campaign = self._campaign(request, pk)
        if not request.user.has_perm("notifications.approve_campaign"):
            raise Http404
        if request.method != "POST":
            return self._page(request, campaign, "approve", title=_("Approuver la campagne"))
        try:
            campaigns.approve(pk, request.user.pk)
        except campaigns.Refused as refused:
            self.message_user(request, SLOT_ERRORS[refused.code] % {"detail": refused.detail}, messages.ERROR)
        except compose.BadText as bad:
            self.message_user(request, TEXT_ERRORS[bad.code] % {"detail": bad.detail}, messages.ERROR)
        else:
            self.log_change(request, campaign, "approuvée")
            self.message_user(request, _("La campagne est approuvée : il reste à la programmer."), messages.SUCCESS)
        return self._back(pk)

    def plain_view(self, request: HttpRequest, pk: int, letter: str) -> HttpResponse:
        """One click: this version of a draft lets its dear characters be replaced."""
        campaign = self._campaign(request, pk)
        if campaigns.make_plain(pk, letter, request.user.pk):
            self.log_change(request, campaign, f"version {letter}, caractères remplacés")
            self.message_user(request, _("Les caractères coûteux sont remplacés dans cette version."), messages.SUCCESS)
        else:
            self.message_user(request, _("Trop tard : la campagne a changé d’état entre-temps."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:campaign_approve", args=[pk]))

    def choose_view(self, request: HttpRequest, pk: int, letter: str) -> HttpResponse:
        """After a test that decided nothing: this version goes to the rest."""
        campaign = self._campaign(request, pk)
        try:
            deciding.choose(pk, letter)
        except campaigns.Refused:
            self.message_user(request, _("Trop tard : la campagne a changé d’état entre-temps."), messages.WARNING)
        else:
            self.log_change(request, campaign, f"version {letter}")
            self.message_user(request, _("La version %s part au reste.") % letter, messages.SUCCESS)
        return self._back(pk)

    def schedule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose a legal moment; POST freezes the campaign."""
        campaign = self._campaign(request, pk)
        form = ScheduleForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                campaigns.schedule(pk, form.starts_at, form.cleaned_data["days"])
            except campaigns.Refused as refused:
                form.add_error(None, str(SLOT_ERRORS[refused.code] % {"detail": refused.detail}))
            else:
                self.log_change(request, campaign, "programmée")
                self.message_user(request, _("La campagne est programmée."), messages.SUCCESS)
                return self._back(pk)
        return self._page(request, campaign, "schedule", title=_("Programmer la campagne"), form=form)

    def verb_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Pause, resume or cancel; a verb that comes too late says so."""
        campaign = self._campaign(request, pk)
        if verb not in VERBS:
            raise Http404
        act, done = VERBS[verb]
        if act(pk):
            self.log_change(request, campaign, verb)
            self.message_user(request, done, messages.SUCCESS)
        else:
            self.message_user(request, _("Trop tard : la campagne a changé d’état entre-temps."), messages.WARNING)
        return self._back(pk)

    def panic_view(self, request: HttpRequest) -> HttpResponse:
        """Pause everything that runs, at once, and say who did it in each campaign's history."""
        if not request.user.has_perm("notifications.change_campaign"):
            raise Http404
        running = list(Campaign.objects.filter(status__in=RUNNING))
        stopped = campaigns.pause_all()
        for campaign in running:
            self.log_change(request, campaign, "tout arrêter")
        told = ngettext(
            "C’est arrêté : %d campagne est en pause, plus rien ne part.",
            "C’est arrêté : %d campagnes sont en pause, plus rien ne part.",
            stopped,
        )
        self.message_user(request, told % stopped if stopped else _("Aucune campagne n’était en cours."))
        return HttpResponseRedirect(reverse("admin:notifications_campaign_changelist"))

    def _campaign(self, request: HttpRequest, pk: int) -> Campaign:
        if not request.user.has_perm("notifications.change_campaign"):
            raise Http404
        return get_object_or_404(Campaign.objects.select_related("segment"), pk=pk)

    def _page(self, request: HttpRequest, campaign: Campaign, page: str, **context: Any) -> TemplateResponse:
        """One of the campaign's own pages, with what would happen."""
        known = {**self.admin_site.each_context(request), **panels.panel(campaign), **panels.outlook(campaign)}
        known |= {"opts": self.opts, "original": campaign, **context}
        return TemplateResponse(request, f"notifications/admin/campaign_{page}.html", known)

    def _back(self, pk: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:notifications_campaign_change", args=[pk]))


def _numbers(text: str | None) -> list[int]:
    """The primary key that was posted, if it can be one."""
    return [int(text)] if text and text.isascii() and text.isdigit() and len(text) < 19 else []
