"""Florists: identity, zone, closing days, pause, capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from florists import places, states, zones
from florists.models import ClosingDay, Florist
from florists.zones import UnknownPostcode
from interflora.lib import phones
from staff import proof

# Django's admin and form classes take type arguments for the checker only.
if TYPE_CHECKING:
    FloristModelForm = forms.ModelForm[Florist]
    FloristModelAdmin = admin.ModelAdmin[Florist]
    ClosingDayTable = admin.TabularInline[ClosingDay, Florist]
else:
    FloristModelForm, FloristModelAdmin, ClosingDayTable = forms.ModelForm, admin.ModelAdmin, admin.TabularInline


class FloristForm(FloristModelForm):
    zone = forms.CharField(
        label=_("Zone"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("Codes postaux séparés par des espaces\u00a0; « 35 » ajoute tout le département."),
    )

    class Meta:
        model = Florist
        fields = ["name", "email", "phone", "postcode", "commune", "is_active", "paused_until", "daily_capacity"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["zone"].initial = zones.written(self.instance)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        number = phones.parse(typed)
        if number is None or not number.startswith(("+336", "+337")):
            raise forms.ValidationError(_("Indiquez un mobile français, en 06 ou 07."))
        return number

    def clean_zone(self) -> set[str]:
        try:
            return zones.parse(self.cleaned_data["zone"])
        except UnknownPostcode as error:
            raise forms.ValidationError(_("Code postal inconnu\u00a0: %(typed)s.") % {"typed": error.typed}) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        towns = {town.name: town for town in places.communes(data.get("postcode", ""))}
        town = towns.get(data.get("commune", ""))
        if "commune" in data and "postcode" in data and town is None:
            known = ", ".join(towns) or _("aucune")
            raise forms.ValidationError(
                {"commune": _("Communes de ce code postal\u00a0: %(known)s.") % {"known": known}}
            )
        if town is not None:
            self.instance.department = town.department
        return data


class ClosingDayInline(ClosingDayTable):
    model = ClosingDay
    extra = 1


@admin.register(Florist)
class FloristAdmin(FloristModelAdmin):
    form = FloristForm
    list_display = ["name", "commune", "department", "is_active", "paused_until", "daily_capacity", "zone_size", "jobs"]
    list_filter = ["is_active", "department"]
    search_fields = ["name", "email", "phone", "commune", "postcode"]
    readonly_fields = ["served"]
    inlines = [ClosingDayInline]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Florist]:
        underway = Count("deliveries", distinct=True, filter=Q(deliveries__status__in=states.WITH_FLORIST))
        rows: QuerySet[Florist] = super().get_queryset(request)
        return rows.annotate(postcodes=Count("served_postcodes", distinct=True), underway=underway)

    def get_fields(self, request: HttpRequest, obj: Florist | None = None) -> list[Any]:
        """The zone as it is typed for who may change it, as it is served for who may only look."""
        names = [*FloristForm.Meta.fields]
        return [*names, "served" if obj and not self.has_change_permission(request, obj) else "zone"]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Who gets a florist's links reads the addresses: another e-mail or mobile wants a fresh proof."""
        page = super().changeform_view
        gate = proof.required(page) if self._moves_links(request, object_id) else page
        response: HttpResponse = gate(request, object_id, form_url, extra_context)
        return response

    def _moves_links(self, request: HttpRequest, object_id: str | None) -> bool:
        florist = self.get_object(request, object_id) if object_id else None
        if florist is None:
            return True
        typed = request.POST
        return request.method == "POST" and (typed.get("email"), typed.get("phone")) != (florist.email, florist.phone)

    @admin.display(description=_("Zone"))
    def served(self, florist: Florist) -> str:
        return zones.written(florist)

    @admin.display(description=_("codes postaux"), ordering="postcodes")
    def zone_size(self, florist: Any) -> int:
        return int(florist.postcodes)

    @admin.display(description=_("livraisons en cours"), ordering="underway")
    def jobs(self, florist: Any) -> int:
        return int(florist.underway)

    def save_model(self, request: HttpRequest, obj: Florist, form: FloristModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        zones.replace(obj, form.cleaned_data["zone"])

    def has_delete_permission(self, request: HttpRequest, obj: Florist | None = None) -> bool:
        """A florist who leaves is deactivated: deliveries keep their history."""
        return False
