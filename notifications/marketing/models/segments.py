"""Audiences by rules: who bought what, when, how often and for how much."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock


class Buyers(models.TextChoices):
    """Whether purchases count at all."""

    ANY = "", _("tout le monde, client ou non")
    BOUGHT = "bought", _("ceux qui ont déjà acheté")
    NEVER = "never", _("ceux qui n’ont jamais acheté")


class Segment(models.Model):
    """Rules that name an audience, all of them together; without any, every opted-in contact.

    An order given back in full is no purchase. A department is that of an address the buyer typed.
    """

    RULES = (
        "buyers",
        "occasion",
        "orders_min",
        "orders_max",
        "bought_within_days",
        "silent_for_days",
        "spent_min_euros",
        "departments",
        "anniversary_in_days",
    )

    name = models.CharField(_("nom"), max_length=80, unique=True)
    buyers = models.CharField(_("qui"), max_length=8, choices=Buyers.choices, blank=True)
    occasion = models.CharField(_("occasion achetée"), max_length=60, blank=True)
    orders_min = models.PositiveSmallIntegerField(
        _("nombre d’achats, au moins"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    orders_max = models.PositiveSmallIntegerField(
        _("nombre d’achats, au plus"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    bought_within_days = models.PositiveSmallIntegerField(
        _("dernier achat il y a moins de (jours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    silent_for_days = models.PositiveSmallIntegerField(
        _("dernier achat il y a plus de (jours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    spent_min_euros = models.PositiveIntegerField(
        _("dépensé en tout, au moins (€)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    departments = models.CharField(_("départements"), max_length=200, blank=True)
    # Of what may be recalled; days on which nothing may leave are made up for on the next open one.
    anniversary_in_days = models.PositiveSmallIntegerField(
        _("un an après un achat, dans (jours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.CheckConstraint(condition=Q(buyers__in=Buyers.values), name="segment_buyers"),
            models.CheckConstraint(
                condition=~Q(buyers="never")
                | Q(
                    occasion="",
                    orders_min=None,
                    orders_max=None,
                    bought_within_days=None,
                    silent_for_days=None,
                    spent_min_euros=None,
                    departments="",
                    anniversary_in_days=None,
                ),
                name="segment_never_bought_has_no_purchase",
            ),
            models.CheckConstraint(
                condition=Q(orders_min=None) | Q(orders_max=None) | Q(orders_min__lte=F("orders_max")),
                name="segment_orders_range",
            ),
            models.CheckConstraint(
                condition=Q(bought_within_days=None)
                | Q(silent_for_days=None)
                | Q(silent_for_days__lt=F("bought_within_days")),
                name="segment_days_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def rules(self) -> list[Any]:
        """The values of its rules, in order: what an approval agreed to."""
        return [getattr(self, name) for name in self.RULES]

    @property
    def department_codes(self) -> list[str]:
        return self.departments.split()
