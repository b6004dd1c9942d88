"""The few values a product's columns may hold."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

VAT_RATES_BP = (550, 1000, 2000)
VAT_CHOICES = [(rate, f"{rate / 100:g} %") for rate in VAT_RATES_BP]


class Color(models.TextChoices):
    """What a shopper means by « couleur »: a family, not a hue."""

    WHITE = "white", _("Blanc")
    PINK = "pink", _("Rose")
    RED = "red", _("Rouge")
    ORANGE = "orange", _("Orange et pêche")
    YELLOW = "yellow", _("Jaune")
    BLUE = "blue", _("Bleu")
    PURPLE = "purple", _("Violet et mauve")
    GREEN = "green", _("Vert")
    MIXED = "mixed", _("Multicolore")


class Kind(models.TextChoices):
    BOUQUET = "bouquet", _("Bouquet")
    COMPOSITION = "composition", _("Composition")
    PLANT = "plant", _("Plante")


class Size(models.TextChoices):
    SMALL = "small", _("Petit")
    MEDIUM = "medium", _("Moyen")
    LARGE = "large", _("Grand")


SIZE_ORDER = list(Size.values)
