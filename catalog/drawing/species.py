"""The flowers and leaves the shop can draw, with the words people search them by."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Species(NamedTuple):
    """``synonyms``: other words for it, French and English, searched, never shown. The four letters of ``traits`` say what
    matters at home: t toxic to cats or dogs (ASPCA lists; when in doubt, yes), s strongly scented, p sheds pollen, i irritating sap."""

    name: str | Promise
    plural: str | Promise
    synonyms: str = ""
    traits: str = ""
    is_foliage: bool = False

    @property
    def is_toxic(self) -> bool:
        return "t" in self.traits

    @property
    def is_scented(self) -> bool:
        return "s" in self.traits

    @property
    def sheds_pollen(self) -> bool:
        return "p" in self.traits

    @property
    def irritates_skin(self) -> bool:
        return "i" in self.traits


SPECIES: dict[str, Species] = {
    "rose": Species(_("rose"), _("roses"), "rosier"),
    "peony": Species(_("pivoine"), _("pivoines"), traits="t"),
    "tulip": Species(_("tulipe"), _("tulipes"), traits="ti"),
    "sunflower": Species(_("tournesol"), _("tournesols"), "soleil", traits="p"),
    "daisy": Species(_("marguerite"), _("marguerites"), "paquerette", traits="tp"),
    "lily": Species(_("lys"), _("lys"), "lis lilies", traits="tsp"),
    "orchid": Species(_("orchidée phalaenopsis"), _("orchidées phalaenopsis"), "orchidee"),
    "hydrangea": Species(_("hortensia"), _("hortensias"), traits="ti"),
    "ranunculus": Species(_("renoncule"), _("renoncules"), "buttercup", traits="ti"),
    "gerbera": Species(_("gerbera"), _("gerberas"), "germini"),
    "lavender": Species(_("lavande"), _("lavandes"), traits="ts"),
    "carnation": Species(_("œillet"), _("œillets"), traits="t"),
    "iris": Species(_("iris"), _("iris"), traits="ti"),
    "anemone": Species(_("anémone"), _("anémones"), traits="ti"),
    "dahlia": Species(_("dahlia"), _("dahlias"), traits="ti"),
    "mimosa": Species(_("mimosa"), _("mimosas"), traits="tsp"),
    "lily_of_the_valley": Species(_("muguet"), _("muguets"), "premier mai may day", traits="ts"),
    "chrysanthemum": Species(_("chrysanthème"), _("chrysanthèmes"), "toussaint", traits="ti"),
    "lisianthus": Species(_("lisianthus"), _("lisianthus")),
    "delphinium": Species(_("delphinium"), _("delphiniums"), "pied d alouette larkspur", traits="t"),
    "calla": Species(_("arum"), _("arums"), "calla lily", traits="ti"),
    "daffodil": Species(_("narcisse"), _("narcisses"), "jonquille narcissus jonquil", traits="tsi"),
    "anthurium": Species(_("anthurium"), _("anthuriums"), traits="ti"),
    "hyacinth": Species(_("jacinthe"), _("jacinthes"), traits="tsi"),
    "poppy": Species(_("pavot"), _("pavots"), "coquelicot", traits="ti"),
    "cyclamen": Species(_("cyclamen"), _("cyclamens"), traits="t"),
    "gypsophila": Species(_("gypsophile"), _("gypsophiles"), "baby s breath", traits="t"),
    "eucalyptus": Species(_("eucalyptus"), _("eucalyptus"), traits="ts", is_foliage=True),
    "ruscus": Species(_("ruscus"), _("ruscus"), traits="t", is_foliage=True),
    "fern": Species(_("fougère"), _("fougères"), is_foliage=True),
    "olive": Species(_("olivier"), _("oliviers"), is_foliage=True),
    "ivy": Species(_("lierre"), _("lierres"), traits="ti", is_foliage=True),
    "grass": Species(_("graminée"), _("graminées"), is_foliage=True),
    "pistachio": Species(_("lentisque"), _("lentisques"), "pistacia", traits="t", is_foliage=True),
}
