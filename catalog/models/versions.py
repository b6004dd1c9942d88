"""The number of the current catalogue (``catalog/versions.py`` counts it up)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CatalogVersion(models.Model):
    """One row: how many times what the shop shows has changed."""

    number = models.PositiveBigIntegerField(default=1)
    demo_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("version du catalogue")
        constraints = [models.CheckConstraint(name="catalog_version_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.number)
