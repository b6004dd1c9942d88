"""Flowers for a mourning."""

from catalog.demo import care
from catalog.demo.seeds import ProductSeed

FUNERAL = [
    ProductSeed(
        "couronne-du-souvenir",
        "Couronne du souvenir",
        "Couronne de roses blanches",
        "Un cercle de roses blanches et de lierre, sans commencement ni fin. Le fleuriste la prépare le matin de "
        "la cérémonie et la remet lui-même au lieu convenu.",
        "wreath",
        "white",
        ["white"],
        ["deuil"],
        [
            ("rose", "white", "roses blanches", (15, 25, 40)),
            ("lisianthus", "ivory", "lisianthus blancs", (5, 8, 12)),
            ("ivy", "forest", "branches de lierre", (8, 12, 16)),
        ],
        (79, 99, 120),
        (45, 55, 70),
        (45, 55, 70),
        care.FUNERAL,
        kind="composition",
        is_funeral=True,
    ),
    ProductSeed(
        "gerbe-de-lys",
        "Gerbe de lys",
        "Gerbe blanche de lys et fougère",
        "De grands lys couchés sur un lit de fougère, noués d'un ruban de satin. "
        "Une gerbe simple et haute, pour accompagner sans parler.",
        "spray",
        "white",
        ["white"],
        ["deuil"],
        [
            ("lily", "white", "lys blancs", (5, 9, 13)),
            ("fern", "forest", "feuilles de fougère", (6, 8, 12)),
            ("gypsophila", "white", "branches de gypsophile", (3, 4, 6)),
        ],
        (59, 82, 115),
        (70, 80, 95),
        (35, 40, 50),
        care.FUNERAL,
        kind="composition",
        is_funeral=True,
    ),
    ProductSeed(
        "gerbe-tendresse",
        "Gerbe Tendresse",
        "Gerbe d'œillets roses",
        "Les œillets tiennent longtemps, même dehors, même au froid. "
        "Dans les tons d'une joue d'enfant, pour une mère, une grand-mère, une amie.",
        "spray",
        "blush",
        ["pink"],
        ["deuil", "toussaint"],
        [
            ("carnation", "pink", "œillets roses", (15, 25, 35)),
            ("rose", "white", "roses blanches", (4, 6, 9)),
            ("eucalyptus", "silver", "branches d'eucalyptus", (4, 6, 8)),
        ],
        (49, 69, 98),
        (60, 70, 85),
        (30, 38, 45),
        care.FUNERAL,
        kind="composition",
        is_funeral=True,
    ),
    ProductSeed(
        "couronne-d-automne",
        "Couronne d'automne",
        "Couronne de chrysanthèmes cuivrés",
        "Des chrysanthèmes couleur de feuille, de l'olivier, un peu de blanc pour la lumière. "
        "Elle résiste au vent des collines et aux premiers matins blancs.",
        "wreath",
        "sage",
        ["orange"],
        ["deuil", "toussaint"],
        [
            ("chrysanthemum", "apricot", "chrysanthèmes cuivrés", (12, 20, 30)),
            ("daisy", "white", "marguerites blanches", (5, 8, 12)),
            ("olive", "olive", "branches d'olivier", (8, 12, 16)),
        ],
        (69, 89, 115),
        (45, 55, 65),
        (45, 55, 65),
        care.FUNERAL,
        kind="composition",
        is_funeral=True,
    ),
]
