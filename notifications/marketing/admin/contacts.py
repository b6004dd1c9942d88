"""The people who may be written to, their proofs and their refusals, in Django admin. Only verbs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from interflora.lib import crypto, phones
from notifications.admin_rows import ReadOnlyAdmin
from notifications.marketing import occasions, refusals, stops
from notifications.marketing.admin import imports, proofs
from notifications.marketing.models import Consent, Contact, StopEntry, StopSource, Wording
from staff import proof

if TYPE_CHECKING:
    StopEntryModelAdmin = admin.ModelAdmin[StopEntry]
    StopEntryModelForm = ModelForm[StopEntry]
    ConsentTabularInline = admin.TabularInline[Consent, Contact]
else:
    StopEntryModelAdmin = admin.ModelAdmin
    StopEntryModelForm = ModelForm
    ConsentTabularInline = admin.TabularInline


class ConsentInline(ConsentTabularInline):
    model = Consent
    fields = ["recorded_at", "channel", "granted", "wording", "source", "ip"]
    readonly_fields = ["recorded_at", "channel", "granted", "wording", "source", "ip"]
    ordering = ["-recorded_at"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("Preuves de consentement")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = ["display_phone", "email", "first_name", "provenance", "is_sms_opted_in", "is_stopped", "created_at"]
    list_filter = ["is_sms_opted_in", "provenance"]
    # Each has its index: a million contacts are searched in a moment.
    search_fields = ["email__iexact", "first_name__istartswith"]
    search_help_text = _("Mobile complet (06… ou +33…), e-mail complet ou début du prénom")
    show_full_result_count = False
    fields = [
        "display_phone",
        "email",
        "first_name",
        "provenance",
        "is_sms_opted_in",
        "is_email_opted_in",
        "is_stopped",
        "refused_occasions",
    ]
    inlines = [ConsentInline]
    actions = ["stop_texts"]

    @admin.display(description=_("mobile"), ordering="phone")
    def display_phone(self, contact: Contact) -> str:
        return phones.display(contact.phone) if contact.phone else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        stopped = StopEntry.objects.filter(phone_digest=OuterRef("phone_digest"))
        rows: QuerySet[Contact] = super().get_queryset(request).annotate(has_stopped=Exists(stopped))
        return rows

    @admin.display(description=_("STOP"), boolean=True)
    def is_stopped(self, contact: Contact) -> bool:
        return bool(getattr(contact, "has_stopped"))  # noqa: B009 - annotated by get_queryset

    @admin.display(description=_("occasions refusées"))
    def refused_occasions(self, contact: Contact) -> str:
        refused = refusals.of_digest(contact.phone_digest) if contact.phone_digest else []
        return ", ".join(map(occasions.label, refused)) or "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number typed the French way finds its contact."""
        typed = phones.parse(search_term) if search_term.strip() else None
        if typed is not None:
            return queryset.filter(phone=typed), False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("importer/", self.admin_site.admin_view(self.import_view), name="contact_import"),
            path("preuves/", self.admin_site.admin_view(proof.required(self.proofs_view)), name="contact_proofs"),
        ]
        return [*own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file of contacts or of oppositions: shown first, then imported."""
        return imports.import_view(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def proofs_view(self, request: HttpRequest) -> HttpResponse:
        """All that one number agreed to and refused, as a file."""
        return proofs.proofs_view(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        can_import = request.user.has_perms(["notifications.add_contact", "notifications.add_stopentry"])
        return super().changelist_view(request, {**(extra_context or {}), "can_import": can_import})

    def has_stop_texts_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("notifications.add_stopentry"))

    @admin.action(description=_("Ne plus envoyer de SMS commerciaux (STOP)"), permissions=["stop_texts"])
    def stop_texts(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        for contact in queryset.exclude(phone=None):
            stops.stop(contact.phone or "", StopSource.STAFF, page="/gestion/")
            self.log_change(request, contact, "STOP")
        self.message_user(request, _("C’est noté : ces personnes ne recevront plus d’offres par SMS."))


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["recorded_at", "contact", "channel", "granted", "wording", "source", "ip"]
    list_filter = ["granted", "channel"]
    search_fields = ["contact__phone", "contact__email"]
    list_select_related = ["contact", "wording"]
    date_hierarchy = "recorded_at"


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    list_display = ["key", "language", "version", "text", "created_at"]


class StopForm(StopEntryModelForm):
    """A person who asked staff to be left alone, by phone or by letter."""

    phone = forms.CharField(label=_("Mobile"), help_text=_("Le numéro n’est pas conservé : seule son empreinte l’est."))

    class Meta:
        model = StopEntry
        fields: list[str] = []

    def clean_phone(self) -> str:
        phone = phones.parse(self.cleaned_data["phone"])
        if phone is None:
            raise forms.ValidationError(_("Écrivez le numéro comme 06 12 34 56 78 ou +33 6 12 34 56 78."))
        return phone

    def save(self, commit: bool = True) -> StopEntry:
        phone = self.cleaned_data["phone"]
        stops.stop(phone, StopSource.STAFF, page="/gestion/")
        return StopEntry.objects.get(phone_digest=crypto.contact_digest(phone))

    def save_m2m(self) -> None:
        """Nothing to add: `save` has written the entry."""


@admin.register(StopEntry)
class StopEntryAdmin(StopEntryModelAdmin):
    form = StopForm
    list_display = ["created_at", "source"]
    list_filter = ["source"]
    search_fields = ["=phone_digest"]
    search_help_text = _("Un mobile complet : 06 12 34 56 78")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StopEntry], search_term: str
    ) -> tuple[QuerySet[StopEntry], bool]:
        """A number is looked up by its keyed hash, the only thing kept."""
        if not search_term.strip():
            return queryset, False
        typed = phones.parse(search_term)
        return (queryset.filter(phone_digest=crypto.contact_digest(typed)) if typed else queryset.none()), False

    def save_model(self, request: HttpRequest, obj: StopEntry, form: Any, change: bool) -> None:
        """`StopForm.save` has already called the verb."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
