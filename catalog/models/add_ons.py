"""What can be given along with the flowers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.choices import VAT_CHOICES, VAT_RATES_BP
from interflora.lib.languages import Shown, is_complete


class AddOn(models.Model):
    """Something to give along with the flowers (vase, chocolates…), at its own VAT rate."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(_("nom en anglais"), max_length=80, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    description_en = models.CharField(_("description en anglais"), max_length=200, blank=True)
    price_cents = models.PositiveIntegerField(_("prix TTC (centimes)"))
    vat_bp = models.PositiveSmallIntegerField(_("TVA (points de base)"), default=2000, choices=VAT_CHOICES)
    fits_funeral = models.BooleanField(_("proposé pour un deuil"), default=False)
    fits_joy = models.BooleanField(_("proposé pour les autres occasions"), default=True)
    is_for_stems = models.BooleanField(_("seulement avec un bouquet à mettre en vase"), default=False)
    is_alcohol = models.BooleanField(
        _("boisson alcoolisée"),
        default=False,
        help_text=_("La mention sanitaire et l’interdiction aux mineurs s’affichent partout avec lui."),
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    is_active = models.BooleanField(_("en vente"), default=True)
    has_english = models.BooleanField(_("en anglais"), default=False, editable=False)

    shown_name = Shown[str]("name")
    shown_description = Shown[str]("description")

    class Meta:
        verbose_name = _("accessoire")
        verbose_name_plural = _("accessoires")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                name="catalog_add_on_price", condition=Q(price_cents__gte=100, price_cents__lte=50_000)
            ),
            models.CheckConstraint(name="catalog_add_on_vat", condition=Q(vat_bp__in=VAT_RATES_BP)),
        ]

    def __str__(self) -> str:
        return self.shown_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also notes whether each text has its English."""
        self.has_english = is_complete(self, "name", "description")
        super().save(*args, **kwargs)
