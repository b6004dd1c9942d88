"""The outbox in Django admin: readable, read-only, actions that call verbs.

A gift contact is never shown, not even deciphered: this process holds no key for it. `Suppression` has no screen.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interflora.lib import contacts
from notifications import names, outbox
from notifications.admin_rows import ReadOnlyAdmin
from notifications.marketing import admin as marketing
from notifications.models import Message

__all__ = ["marketing"]


class TemplateFilter(admin.SimpleListFilter):
    title = _("modèle")
    parameter_name = "template"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(names.NAMES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(template=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "name", "channel", "recipient", "about", "status", "detail", "attempts"]
    list_filter = ["status", "channel", ("resent_at", admin.EmptyFieldListFilter), TemplateFilter]
    search_fields = ["=public_id", "about", "recipient_plain", "template"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    fieldsets = [
        (None, {"fields": ["public_id", "name", "channel", "language", "recipient", "about", "content"]}),
        (_("Envoi"), {"fields": ["status", "detail", "attempts", "created_at", "not_before", "expires_at"]}),
        (_("Suites"), {"fields": ["handed_at", "resent_at", "accepted_at", "settled_at", "provider_id"]}),
    ]

    @admin.display(description=_("modèle"), ordering="template")
    def name(self, message: Message) -> str:
        return names.name_of(message.template)

    @admin.display(description=_("destinataire"))
    def recipient(self, message: Message) -> str:
        if message.erased_at is not None:
            return str(_("effacé"))
        if message.is_gift:
            return str(_("contact de cadeau (chiffré)"))
        return contacts.display(message.channel, message.recipient_plain.split("|")[-1])

    @admin.display(description=_("précision"))
    def detail(self, message: Message) -> str:
        return message.skip_reason or message.error_code or "–"

    @admin.display(description=_("contenu"))
    def content(self, message: Message) -> str:
        """The facts of the message without its links; nothing at all for a gift."""
        if message.is_gift:
            return str(_("non affiché"))
        facts = {key: "[…]" if isinstance(value, dict | list) else value for key, value in message.context.items()}
        return " · ".join(f"{key}: {value}" for key, value in facts.items()) or "–"

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("notifications.change_message"))

    @admin.action(description=_("Renvoyer les messages refusés"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        again, refused = 0, 0
        for message in queryset:
            try:
                outbox.retry(message.pk)
            except outbox.NotRetriable:
                refused += 1
            else:
                again += 1
                self.log_change(request, message, "renvoyé")
        if again:
            text = ngettext("%d message sera renvoyé.", "%d messages seront renvoyés.", again) % again
            self.message_user(request, text, messages.SUCCESS)
        if refused:
            text = ngettext(
                "%d message n’est pas renvoyé : seul un message refusé par l’opérateur peut l’être.",
                "%d messages ne sont pas renvoyés : seul un message refusé par l’opérateur peut l’être.",
                refused,
            )
            self.message_user(request, text % refused, messages.WARNING)
