"""The plants of the demonstration catalogue."""

from catalog.demo import care
from catalog.demo.seeds import ProductSeed

PLANTS = [
    ProductSeed(
        "orchidee-saint-germain",
        "Orchidée Saint-Germain",
        "Phalaenopsis blanche en pot",
        "Deux hampes de papillons blancs immobiles, comme on en voit derrière les vitres du boulevard. "
        "Elle fleurit trois mois, se repose, puis recommence : peu de cadeaux durent autant.",
        "pot",
        "white",
        ["white"],
        ["remerciement", "pendaison-de-cremaillere", "fete-des-meres", "felicitations"],
        [("orchid", "white", "hampes de phalaenopsis blanc", (1, 2, 3))],
        (29, 45, 69),
        (45, 60, 70),
        (20, 28, 35),
        care.ORCHID,
        kind="plant",
    ),
]
