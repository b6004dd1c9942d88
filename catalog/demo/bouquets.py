"""The bouquets of the demonstration catalogue."""

from catalog.demo import care
from catalog.demo.seeds import ProductSeed

BOUQUETS = [
    ProductSeed(
        "jardin-de-bagatelle",
        "Jardin de Bagatelle",
        "Pivoines roses et eucalyptus",
        "Au parc de Bagatelle, les pivoines s'ouvrent toutes la même semaine, comme si elles s'étaient donné le mot. "
        "Nous les cueillons encore en bouton : elles s'épanouissent chez la personne que vous aimez, en trois jours.",
        "dome",
        "ivory",
        ["pink"],
        ["fete-des-meres", "amour", "anniversaire", "pour-le-plaisir"],
        [
            ("peony", "peony", "pivoines 'Sarah Bernhardt'", (5, 9, 15)),
            ("ranunculus", "blush", "renoncules rose pâle", (3, 5, 7)),
            ("eucalyptus", "silver", "branches d'eucalyptus cinerea", (3, 5, 7)),
        ],
        (39, 59, 89),
        (35, 40, 45),
        (25, 32, 40),
        care.CUT,
    ),
    ProductSeed(
        "rouge-opera",
        "Rouge Opéra",
        "Roses rouges à grandes fleurs",
        "Le rouge profond du rideau de Garnier, et le même silence juste avant qu'il ne se lève. "
        "Des roses 'Red Naomi' à longue tige, serrées en dôme, sans rien d'autre que leur feuillage.",
        "dome",
        "kraft",
        ["red"],
        ["saint-valentin", "amour", "anniversaire"],
        [
            ("rose", "red", "roses rouges 'Red Naomi'", (9, 15, 25)),
            ("pistachio", "forest", "branches de lentisque", (3, 5, 7)),
        ],
        (35, 55, 85),
        (35, 40, 50),
        (22, 28, 36),
        care.CUT,
    ),
    ProductSeed(
        "lys-de-chaillot",
        "Lys de Chaillot",
        "Grands lys blancs parfumés",
        "De grands lys orientaux, droits comme les colonnes du palais, dont le parfum remplit une pièce avant qu'on "
        "ait trouvé le vase. Une fleur s'ouvre chaque jour : le bouquet dure deux semaines.",
        "tall",
        "sage",
        ["white"],
        ["felicitations", "anniversaire", "remerciement"],
        [
            ("lily", "white", "lys blancs 'Casa Blanca'", (3, 5, 9)),
            ("eucalyptus", "silver", "branches d'eucalyptus", (2, 4, 6)),
            ("ruscus", "forest", "branches de ruscus", (2, 3, 4)),
        ],
        (37, 55, 85),
        (60, 70, 80),
        (30, 38, 45),
        care.CUT,
    ),
    ProductSeed(
        "plein-soleil",
        "Plein soleil",
        "Tournesols et feuillage de saison",
        "Des tournesols de plein champ qui tournaient encore hier vers la lumière. "
        "Dans le kraft du marché, sans façon, pour quelqu'un qui ouvre les volets en grand.",
        "wrapped",
        "kraft",
        ["yellow"],
        ["anniversaire", "retablissement", "pour-le-plaisir", "remerciement"],
        [
            ("sunflower", "yellow", "tournesols", (5, 7, 11)),
            ("fern", "forest", "feuilles de fougère", (3, 4, 6)),
        ],
        (29, 42, 62),
        (40, 45, 55),
        (25, 30, 38),
        care.CUT,
    ),
]
