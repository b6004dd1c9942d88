"""The proofs of one number as a file: asked for with password and code, and written down each time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from interflora.lib import crypto, phones
from notifications.marketing import proofs, sheets
from notifications.marketing.models import Contact


class ProofsForm(forms.Form):
    """Whose proofs: any number that can be read, for a proof may be asked of whoever said yes."""

    phone = forms.CharField(
        label=_("Mobile"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "vTextField", "autocomplete": "off"}),
        help_text=_("Comme 06 12 34 56 78 ou +33 6 12 34 56 78."),
    )

    def clean_phone(self) -> str:
        phone = phones.parse(self.cleaned_data["phone"])
        if phone is None:
            raise forms.ValidationError(_("Écrivez le numéro comme 06 12 34 56 78 ou +33 6 12 34 56 78."))
        return phone


def proofs_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form, filled in from a contact's page (`?contact=`, so that no number stands in an address), then the CSV."""
    if not request.user.has_perms(["notifications.view_contact", "notifications.view_consent"]):
        raise PermissionDenied
    form = ProofsForm(request.POST if request.method == "POST" else None, initial={"phone": _shown(request)})
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        if rows := proofs.of_phone(phone):
            return _file(request, phone, rows)
        form.add_error("phone", _("Nous ne gardons ni accord ni opposition de ce numéro."))
    titled = {**context, "form": form, "title": _("Preuves d’un numéro")}
    return render(request, "notifications/admin/contact_proofs.html", titled)


def _shown(request: HttpRequest) -> str:
    asked = request.GET.get("contact", "")
    contact = Contact.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    return phones.display(contact.phone) if contact and contact.phone else ""


def _file(request: HttpRequest, phone: str, rows: list[list[str]]) -> HttpResponse:
    """The CSV, its number on the first line; who took it out is written down before it leaves."""
    digest = crypto.contact_digest(phone)
    contact = Contact.objects.filter(phone_digest=digest).first()
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(contact.pk) if contact else None,
        object_repr=str(contact) if contact else digest[:8],
        action_flag=CHANGE,
        change_message=f"preuves exportées : {len(rows)}",
    )
    lines = [[str(_("mobile")), phone], proofs.heading(), *rows]
    answer = HttpResponse(sheets.written(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="preuves.csv"'
    return answer
