"""The forms a product can take; how each is laid out is in ``layouts``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Arrangement(TextChoices):
    DOME = "dome", _("Bouquet rond")
    TALL = "tall", _("Bouquet haut et aérien")
    WRAPPED = "wrapped", _("Bouquet emballé")
    BUNCH = "bunch", _("Botte")
    CASCADE = "cascade", _("Bouquet tombant")
    VASE = "vase", _("Bouquet en vase")
    BASKET = "basket", _("Panier fleuri")
    BOX = "box", _("Boîte de fleurs")
    POT = "pot", _("Plante en pot")
    WREATH = "wreath", _("Couronne")
    SPRAY = "spray", _("Gerbe")
    STEM = "stem", _("Soliflore")
