"""What can be given along with the flowers; VAT 20 %, as for any accessory."""

from catalog.demo.seeds import AddOnSeed

ADD_ONS = [
    AddOnSeed(
        "vase-en-verre",
        "Vase en verre soufflé",
        "Transparent, 22 cm, à la hauteur du bouquet.",
        1490,
        is_for_stems=True,
    ),
    AddOnSeed("chocolats", "Chocolats assortis", "Ballotin de 180 g, noir et lait, d'un chocolatier français.", 1690),
    AddOnSeed("bougie", "Bougie à la fleur d'oranger", "Cire végétale, 35 heures, coulée en Provence.", 1950),
    AddOnSeed(
        "carte-illustree",
        "Grande carte illustrée",
        "Papier épais, dessin de fleurs, sous enveloppe ; votre message y est écrit en plus grand.",
        390,
        fits_funeral=True,
    ),
    AddOnSeed("macarons", "Coffret de six macarons", "Pistache, framboise, citron, café, vanille, cassis.", 1590),
    AddOnSeed(
        "champagne",
        "Demi-bouteille de champagne",
        "Brut, 37,5 cl. Pour les personnes majeures.",
        2490,
        is_alcohol=True,
    ),
    AddOnSeed(
        "ruban-de-deuil",
        "Ruban avec dédicace",
        "Satin blanc, texte doré, 40 signes au plus : écrivez-le dans « Précision pour le fleuriste ».",
        1200,
        fits_funeral=True,
        fits_joy=False,
    ),
]
