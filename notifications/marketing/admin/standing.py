"""Standing campaigns inside the admin: written by one person, put in service by another, stopped by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notifications.marketing import campaigns, compose, occasions, segments, standing
from notifications.marketing.forms import SLOT_ERRORS, TEXT_ERRORS, checked_path, checked_text, people
from notifications.marketing.models import StandingCampaign

if TYPE_CHECKING:
    StandingModelAdmin = admin.ModelAdmin[StandingCampaign]
    StandingModelForm = forms.ModelForm[StandingCampaign]
else:
    StandingModelAdmin = admin.ModelAdmin
    StandingModelForm = forms.ModelForm


class StandingForm(StandingModelForm):
    """Its text is checked as a campaign's is."""

    occasion = forms.ChoiceField(label=_("Quand"), required=False)

    class Meta:
        model = StandingCampaign
        fields = ["name", "segment", "occasion", "days_before", "rest_days", "text", "keeps_accents", "link_path"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "cols": 60})}
        help_texts = {
            "segment": _("Regardé à nouveau chaque jour : qui y entre reçoit le SMS."),
            "days_before": _("Ne compte que pour une occasion."),
            "rest_days": _("Qui a reçu ce SMS n’en recevra pas d’autre de cette campagne avant ce délai."),
            "text": _(
                "Le prénom s’écrit {prenom}, ou {prenom|cher client} ; le lien de la personne, {lien}. La mention STOP "
                "s’ajoute d’elle-même."
            ),
            "link_path": _("Où mène {lien} : une page de la boutique, par exemple /occasions/fete-des-meres/."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (field := self.fields.get("occasion")) is not None:  # absent from the page of one in service
            assert isinstance(field, forms.ChoiceField)
            days = [(one.slug, one.label) for one in occasions.OCCASIONS]
            field.choices = [("", _("Chaque jour ouvré, à 10\u00a0h")), (_("Avant une occasion"), days)]

    def clean_text(self) -> str:
        return checked_text(str(self.cleaned_data["text"]))

    def clean_link_path(self) -> str:
        return checked_path(str(self.cleaned_data["link_path"]))


@admin.register(StandingCampaign)
class StandingCampaignAdmin(StandingModelAdmin):
    form = StandingForm
    change_form_template = "notifications/admin/standing_form.html"
    list_display = ["name", "segment", "rhythm", "is_running", "last_day"]
    list_filter = ["is_running"]
    list_select_related = ["segment"]
    search_fields = ["name", "text"]

    class Media:
        css = {"all": ["css/admin-campaign.css"]}

    @admin.display(description=_("quand"))
    def rhythm(self, one: StandingCampaign) -> str:
        if not one.occasion:
            return str(_("chaque jour ouvré"))
        return f"{occasions.label(one.occasion)}, J-{one.days_before}"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_change_permission(self, request: HttpRequest, obj: StandingCampaign | None = None) -> bool:
        """What is in service stays as it was approved: it is stopped first."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_running)

    def has_delete_permission(self, request: HttpRequest, obj: StandingCampaign | None = None) -> bool:
        used = obj is not None and (obj.is_running or obj.campaign_set.exists())
        return super().has_delete_permission(request, obj) and not used

    def save_model(self, request: HttpRequest, obj: StandingCampaign, form: Any, change: bool) -> None:
        obj.edited_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/approuver/", wrap(require_POST(self.approve_view)), name="standing_approve"),
            path("<int:pk>/arreter/", wrap(require_POST(self.stop_view)), name="standing_stop"),
        ]
        return [*own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        one = self.get_object(request, object_id) if object_id else None
        extra: dict[str, Any] = dict(extra_context or {})
        if one is not None:
            shown = compose.preview(one.text, first_name="Camille", keeps_accents=one.keeps_accents)
            may = request.user.has_perm("notifications.change_standingcampaign")
            extra |= {"one": one, "preview": shown, "today": people(segments.audience(one.segment).count())}
            extra |= {
                "may_stop": may and one.is_running,
                "may_approve": not one.is_running and request.user.has_perm("notifications.approve_campaign"),
            }
        return super().changeform_view(request, object_id, form_url, extra)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put in service, by another person than its last author."""
        one = self._one(request, pk, "notifications.approve_campaign")
        try:
            standing.approve(pk, request.user.pk)
        except campaigns.Refused as refused:
            alone = _("Une campagne permanente est mise en service par une autre personne que son auteur.")
            self.message_user(request, alone if refused.code == "alone" else SLOT_ERRORS[refused.code], messages.ERROR)
        except compose.BadText as bad:
            self.message_user(request, TEXT_ERRORS[bad.code] % {"detail": bad.detail}, messages.ERROR)
        else:
            self.log_change(request, one, "mise en service")
            self.message_user(request, _("La campagne est en service : elle part d’elle-même."), messages.SUCCESS)
        return self._back(pk)

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Out of service; what has not left today never will."""
        one = self._one(request, pk, "notifications.change_standingcampaign")
        if standing.stop(pk):
            self.log_change(request, one, "arrêtée")
            self.message_user(request, _("La campagne est arrêtée : plus rien ne part."), messages.SUCCESS)
        else:
            self.message_user(request, _("Cette campagne n’était pas en service."), messages.WARNING)
        return self._back(pk)

    def _one(self, request: HttpRequest, pk: int, permission: str) -> StandingCampaign:
        if not request.user.has_perm(permission):
            raise Http404
        return get_object_or_404(StandingCampaign, pk=pk)

    def _back(self, pk: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:notifications_standingcampaign_change", args=[pk]))
