"""Reasons to give flowers."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interflora.lib.languages import Shown, is_complete


class Occasion(models.Model):
    """A reason to give flowers, with the ready card texts offered for it at checkout. An English text left empty is
    shown in French."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=60)
    name_en = models.CharField(_("nom en anglais"), max_length=60, blank=True)
    headline = models.CharField(_("titre de la page"), max_length=120)
    headline_en = models.CharField(_("titre en anglais"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    introduction_en = models.TextField(_("introduction en anglais"), max_length=600, blank=True)
    synonyms = models.CharField(_("autres mots cherchés"), max_length=200, blank=True)
    synonyms_en = models.CharField(_("autres mots cherchés en anglais"), max_length=200, blank=True)
    card_texts = ArrayField(
        models.CharField(max_length=255), verbose_name=_("textes de carte"), default=list, blank=True
    )
    card_texts_en = ArrayField(
        models.CharField(max_length=255), verbose_name=_("textes de carte en anglais"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    is_active = models.BooleanField(_("affichée"), default=True)
    has_english = models.BooleanField(_("en anglais"), default=False, editable=False)

    shown_name = Shown[str]("name")
    shown_headline = Shown[str]("headline")
    shown_introduction = Shown[str]("introduction")
    shown_card_texts = Shown[list[str]]("card_texts")

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.shown_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also notes whether each text has its English."""
        self.has_english = is_complete(self, "name", "headline", "introduction", "card_texts")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("catalog:occasion", args=[self.slug])
