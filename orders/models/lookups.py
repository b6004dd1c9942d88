"""Shoppers who lost their order's link and typed an e-mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Lookup(models.Model):
    """An e-mail somebody typed to have the links of its orders sent there (`orders/lookups.py`), whether we know it or
    not; kept for a day."""

    email = models.EmailField(_("e-mail"), unique=True)  # lower case
    language = models.CharField(_("langue"), max_length=2, default="fr")
    asked_at = models.DateTimeField(_("demandé le"))
    answered_at = models.DateTimeField(_("répondu le"), null=True)

    class Meta:
        verbose_name = _("lien redemandé")
        verbose_name_plural = _("liens redemandés")
        indexes = [models.Index(fields=["asked_at"], name="orders_lookup_due", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return self.email
