"""Who delivers, where, and when they do not."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, codes
from interflora.lib.statements import Given


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


class FloristQuerySet(models.QuerySet["Florist"]):
    def serving(self, postcode: str | Given) -> FloristQuerySet:
        """Active florists whose zone holds this postcode."""
        return self.filter(is_active=True, served_postcodes__postcode=postcode)


class Florist(models.Model):
    """A shop of the network."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("e-mail"), unique=True)
    phone = models.CharField(_("mobile"), max_length=16, blank=True, help_text=_("au format +33612345678"))
    postcode = models.CharField(_("code postal"), max_length=5)
    commune = models.CharField(_("commune"), max_length=60)
    department = models.CharField(_("département"), max_length=3, db_index=True)
    is_active = models.BooleanField(_("actif"), default=True)
    paused_until = models.DateField(_("en pause jusqu’au"), null=True, blank=True, help_text=_("jour compris"))
    daily_capacity = models.PositiveSmallIntegerField(_("livraisons par jour"), default=20)
    created_at = models.DateTimeField(_("créé"), auto_now_add=True)

    objects = FloristQuerySet.as_manager()

    class Meta:
        verbose_name = _("fleuriste")
        verbose_name_plural = _("fleuristes")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(daily_capacity__gt=0), name="florist_capacity_positive")
        ]

    def __str__(self) -> str:
        return f"{self.name} – {self.commune}"

    def is_paused_on(self, day: date) -> bool:
        return self.paused_until is not None and day <= self.paused_until

    def answers_to(self, words: str) -> bool:
        """Whether each of these words is in the name or the commune, accents and case apart."""
        own = _plain(f"{self.name} {self.commune}")
        return all(word in own for word in _plain(words).split())


class ServedPostcode(models.Model):
    """One postcode of a florist's zone."""

    florist = models.ForeignKey(
        Florist, on_delete=models.CASCADE, related_name="served_postcodes", verbose_name=_("fleuriste")
    )
    postcode = models.CharField(_("code postal"), max_length=5)

    class Meta:
        verbose_name = _("code postal servi")
        verbose_name_plural = _("zone")
        ordering = ["postcode"]
        constraints = [models.UniqueConstraint(fields=["postcode", "florist"], name="served_postcode_once_per_florist")]

    def __str__(self) -> str:
        return self.postcode


class ClosingDay(models.Model):
    """A day on which a florist delivers nothing."""

    florist = models.ForeignKey(
        Florist, on_delete=models.CASCADE, related_name="closing_days", verbose_name=_("fleuriste")
    )
    day = models.DateField(_("jour"))

    class Meta:
        verbose_name = _("jour de fermeture")
        verbose_name_plural = _("fermetures")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["florist", "day"], name="closing_day_once_per_florist")]

    def __str__(self) -> str:
        return self.day.isoformat()


class SignInLink(models.Model):
    """A short-lived link that opens the florist's pages once; only its digest is kept."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    florist = models.ForeignKey(Florist, on_delete=models.CASCADE, related_name="sign_in_links")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id

    def is_usable(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at
