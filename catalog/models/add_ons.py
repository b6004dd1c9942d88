"""What can be given along with the flowers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.choices import VAT_CHOICES, VAT_RATES_BP


class AddOn(models.Model):
    """Something to give along with the flowers (vase, chocolates…), at its own VAT rate."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    description = models.CharField(_("description"), max_length=200, blank=True)
    price_cents = models.PositiveIntegerField(_("prix TTC (centimes)"))
    vat_bp = models.PositiveSmallIntegerField(_("TVA (points de base)"), default=2000, choices=VAT_CHOICES)
    fits_funeral = models.BooleanField(_("proposé pour un deuil"), default=False)
    fits_joy = models.BooleanField(_("proposé pour les autres occasions"), default=True)
    is_for_stems = models.BooleanField(_("seulement avec un bouquet à mettre en vase"), default=False)
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    is_active = models.BooleanField(_("en vente"), default=True)

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
        return self.name
