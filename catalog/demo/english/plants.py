"""The plants and the flowers for a mourning in English."""

from catalog.demo.seeds import ProductText

PLANTS = {
    "orchidee-saint-germain": ProductText(
        "Saint-Germain Orchid",
        "White phalaenopsis in a pot",
        "White butterflies, perfectly still along their stem, like those behind the windows of the boulevard. It "
        "flowers for three months, rests, then begins again: few presents last as long.",
    ),
    "hortensia-de-belle-ile": ProductText(
        "Belle-Île Hydrangea",
        "Blue hydrangea in a pot",
        "The blue along the low walls of the island, the one that comes from acid soil and sea spray. It flowers all "
        "summer on a window sill, then asks for a shady corner of the garden.",
    ),
    "muguet-de-chaville": ProductText(
        "Chaville Lily of the Valley",
        "Lily of the valley for May Day, in a pot",
        "On the morning of the first of May, families went looking for it in the woods of Chaville. This one arrives "
        "in a pot, in flower on the day, and can be planted in the shade for the years to come.",
        "Every part of lily of the valley is dangerous if swallowed, for animals and for children.",
    ),
    "chrysantheme-de-la-toussaint": ProductText(
        "All Saints' Chrysanthemum",
        "Golden yellow chrysanthemum in a pot",
        "In Japan it is the emperor's flower; in France, the flower of remembrance. A tight ball of autumn suns that "
        "fears neither the rain nor the first frosts.",
    ),
    "anthurium-rive-gauche": ProductText(
        "Left Bank Anthurium",
        "Red anthurium in a pot",
        "A lacquered heart, almost unreal, that one meets in hotel lobbies and in architects' flats. It flowers nearly "
        "all year round, without a fuss.",
    ),
    "jacinthes-de-fevrier": ProductText(
        "February Hyacinths",
        "Pink hyacinths in a pot",
        "They break through the soil just when you had given up, and scent the stairs up to the second floor. A few "
        "bulbs, one pot, and winter is over.",
    ),
    "cyclamen-des-alpes": ProductText(
        "Alpine Cyclamen",
        "Fuchsia cyclamen in a pot",
        "Flowers like startled butterflies above marbled leaves. It likes the cool of a hallway or a window sill, from "
        "October to March.",
    ),
    "rosier-de-poche": ProductText(
        "Pocket Rose Bush",
        "A small yellow rose bush in a pot",
        "A real rose bush, only smaller, for those who have nothing but a window sill. It flowers again until the "
        "frosts, provided you talk to it and cut off the faded blooms.",
        "A rose bush is not toxic; it only has its thorns.",
    ),
}

FUNERAL = {
    "couronne-du-souvenir": ProductText(
        "Wreath of Remembrance",
        "A wreath of white roses",
        "A circle of white roses and ivy, with no beginning and no end. The florist makes it on the morning of the "
        "ceremony and delivers it in person to the place agreed.",
    ),
    "gerbe-de-lys": ProductText(
        "Spray of Lilies",
        "White spray of lilies and fern",
        "Tall lilies laid on a bed of fern and tied with a satin ribbon. A tall and simple spray, to be there without "
        "speaking.",
    ),
    "gerbe-tendresse": ProductText(
        "Tenderness Spray",
        "A spray of pink carnations",
        "Carnations last a long time, even outdoors, even in the cold. In the pink of a child's cheek, for a mother, a "
        "grandmother, a friend.",
    ),
    "couronne-d-automne": ProductText(
        "Autumn Wreath",
        "A wreath of copper chrysanthemums",
        "Chrysanthemums the colour of fallen leaves, olive, and a little white for light. It withstands the wind of "
        "the hills and the first white mornings.",
    ),
}
