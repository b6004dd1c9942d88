"""A yes to offers that waits for its confirmation, typed on the public page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, codes, links


class SignUp(models.Model):
    """Somebody typed this number: whose it is, only the text sent to it can tell. Forgotten after two days."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    phone = models.CharField(_("mobile"), max_length=16)
    first_name = models.CharField(_("prénom"), max_length=20, blank=True)
    language = models.CharField(_("langue"), max_length=2)
    asked_at = models.DateTimeField(_("demandée le"), default=clock.now)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True)

    class Meta:
        verbose_name = _("inscription à confirmer")
        verbose_name_plural = _("inscriptions à confirmer")
        indexes = [
            models.Index(fields=["phone", "-asked_at"], name="signup_phone"),
            models.Index(fields=["asked_at"], name="signup_asked"),
        ]

    def __str__(self) -> str:
        return self.public_id

    def link(self) -> links.Link:
        """Where the person says yes."""
        return links.Link(links.Purpose.SIGN_UP, self.public_id)
