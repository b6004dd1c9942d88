"""Segments inside the admin: rules, and how many people they reach while they are being chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notifications.marketing import segments
from notifications.marketing.forms import people
from notifications.marketing.models import CampaignStatus, Segment
from notifications.marketing.segment_forms import SegmentForm

if TYPE_CHECKING:
    SegmentModelAdmin = admin.ModelAdmin[Segment]
else:
    SegmentModelAdmin = admin.ModelAdmin


@admin.register(Segment)
class SegmentAdmin(SegmentModelAdmin):
    form = SegmentForm
    fieldsets = [
        (None, {"fields": ["name", "buyers"]}),
        (
            _("Leurs achats"),
            {
                "fields": [
                    "occasion",
                    ("orders_min", "orders_max"),
                    ("bought_within_days", "silent_for_days"),
                    "spent_min_euros",
                    "departments",
                    "anniversary_in_days",
                ],
                "description": _("Tous les critères remplis s’appliquent ensemble."),
            },
        ),
    ]
    change_form_template = "notifications/admin/segment_form.html"
    list_display = ["name", "rules", "audience"]
    search_fields = ["name"]

    class Media:
        css = {"all": ["css/admin-campaign.css"]}

    @admin.display(description=_("critères"))
    def rules(self, segment: Segment) -> str:
        return segments.in_words(segment)

    @admin.display(description=_("aujourd’hui"))
    def audience(self, segment: Segment) -> str:
        return people(segments.audience(segment).count())

    def has_change_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (
            obj and (obj.campaign_set.exists() or obj.standingcampaign_set.exists())
        )

    def get_urls(self) -> list[URLPattern]:
        count = self.admin_site.admin_view(require_POST(self.count_view))
        return [path("compter/", count, name="segment_count"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        segment = self.get_object(request, object_id) if object_id else None
        reached = people(segments.audience(segment or Segment()).count())
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "reached": reached})

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many people the rules being chosen reach now: JSON for the live count."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise Http404
        form = SegmentForm(request.POST)
        form.is_valid()
        wrong = [error for field, errors in form.errors.items() if field != "name" for error in errors]
        if wrong:
            return JsonResponse({"people": "", "error": " ".join(map(str, wrong))})
        rules = {rule: form.cleaned_data[rule] for rule in Segment.RULES}
        return JsonResponse({"people": people(segments.audience(Segment(**rules)).count()), "error": ""})


def _is_frozen(segment: Segment | None) -> bool:
    """A segment is part of what was scheduled: it stays as it was until those campaigns have started, and stopped."""
    waiting = [CampaignStatus.APPROVED, CampaignStatus.SCHEDULED, CampaignStatus.SNAPSHOTTING]
    return segment is not None and (
        segment.campaign_set.filter(status__in=waiting).exists()
        or segment.standingcampaign_set.filter(is_running=True).exists()
    )
