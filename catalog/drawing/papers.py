"""Papers, vessels and ribbons by name."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Wrapping(TextChoices):
    """The paper of a bouquet; for a vase, a pot, a box or a basket, the color of the vessel."""

    KRAFT = "kraft", _("Kraft")
    IVORY = "ivory", _("Ivoire")
    BLUSH = "blush", _("Rose poudré")
    SAGE = "sage", _("Vert sauge")
    NIGHT = "night", _("Bleu nuit")
    TERRACOTTA = "terracotta", _("Terre cuite")
    GLASS = "glass", _("Verre")
    WHITE = "white", _("Blanc")
