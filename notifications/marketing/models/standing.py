"""Campaigns that come back by themselves: anniversaries of a purchase, occasions, thanks, win-back."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock
from notifications.marketing.models.segments import Segment


class StandingCampaign(models.Model):
    """One text for one segment, every open day or once before an occasion. Only `standing.py` starts and stops it.

    Each day's occurrence is an ordinary `Campaign`, under all the rules of the others.
    """

    name = models.CharField(_("nom"), max_length=60, unique=True)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, verbose_name=_("segment"))
    text = models.TextField(_("texte"), max_length=1000)
    keeps_accents = models.BooleanField(_("garder tous les accents"), default=False)
    link_path = models.CharField(_("page du lien"), max_length=200, blank=True)
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)  # blank: every open day
    days_before = models.PositiveSmallIntegerField(
        _("jours avant l’occasion"), default=7, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    rest_days = models.PositiveSmallIntegerField(
        _("pas plus d’un SMS par personne en (jours)"),
        default=330,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
    )
    is_running = models.BooleanField(_("en service"), default=False, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("modifiée par"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approuvée par"),
    )
    approved_at = models.DateTimeField(_("approuvée le"), null=True, editable=False)
    content_sha256 = models.CharField(_("empreinte"), max_length=64, blank=True, editable=False)
    # The last day it was looked at: one occurrence a day at most, whatever the number of beats.
    last_day = models.DateField(_("dernier jour"), null=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("campagne permanente")
        verbose_name_plural = _("campagnes permanentes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_running=False) | Q(approved_at__isnull=False) & ~Q(content_sha256=""),
                name="standing_runs_as_approved",
            ),
            models.CheckConstraint(condition=Q(days_before__range=(1, 30)), name="standing_days_before"),
            models.CheckConstraint(condition=Q(rest_days__range=(30, 3650)), name="standing_rest_days"),
        ]

    def __str__(self) -> str:
        return self.name
