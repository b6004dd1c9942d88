"""Reasons to give flowers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Occasion(models.Model):
    """A reason to give flowers, with the ready card texts offered for it at checkout."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=60)
    headline = models.CharField(_("titre de la page"), max_length=120)
    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    synonyms = models.CharField(_("autres mots cherchés"), max_length=200, blank=True)
    card_texts = ArrayField(
        models.CharField(max_length=255), verbose_name=_("textes de carte"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    is_active = models.BooleanField(_("affichée"), default=True)

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:occasion", args=[self.slug])
