"""Mail webhooks that anybody could forge stop the shop at start (the providers' keys are checked by `interflora`)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.transports.email import SIGNING


@register("notifications")
def check_mail_webhooks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With a mail provider, the shop must be able to tell its reports from anybody's."""
    backend: str = settings.EMAIL_BACKEND
    if not backend.startswith("anymail.") or settings.SITE_ROLE != "shop" or settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    provider = backend.split(".")[2]
    if provider in {*SIGNING, "test", "console"}:
        return []
    hint = "Set ANYMAIL_WEBHOOK_SECRET=user:password and put it into the webhook address given to the provider."
    return [Error(f"Webhooks of {provider} would be accepted from anybody.", hint=hint, id="notifications.E001")]
