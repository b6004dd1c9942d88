"""The bouquets in English."""

from catalog.demo.seeds import ProductText

BOUQUETS = {
    "jardin-de-bagatelle": ProductText(
        "Bagatelle Garden",
        "Pink peonies and eucalyptus",
        "In the park of Bagatelle the peonies all open in the same week, as if they had agreed on it. We cut ours "
        "while they are still in bud: they unfold over three days, in the home of someone you love.",
    ),
    "rouge-opera": ProductText(
        "Opera Red",
        "Large-headed red roses",
        "The deep red of the curtain at the Palais Garnier, and the same hush just before it rises. Long-stemmed 'Red "
        "Naomi' roses gathered close in a dome, with a few fronds of fern.",
    ),
    "lys-de-chaillot": ProductText(
        "Chaillot Lily",
        "Tall white scented lilies",
        "Great oriental lilies, straight as the columns of the palace, whose scent fills a room before anyone has "
        "found the vase. One flower opens each day: the bouquet lasts two weeks.",
    ),
    "plein-soleil": ProductText(
        "Full Sun",
        "Sunflowers and seasonal foliage",
        "Field-grown sunflowers that were still turning to the light yesterday. Wrapped in plain market paper, without "
        "ceremony, for someone who throws the shutters wide open.",
    ),
    "blanc-de-montmartre": ProductText(
        "Montmartre White",
        "White bouquet of roses and lisianthus",
        "The white of a winter morning on the hill, while the steps are still empty. 'Avalanche' roses, lisianthus "
        "creased like linen sheets, and a little olive for shade.",
        "Roses, lisianthus and olive: nothing here is toxic to a cat or a dog.",
    ),
    "quai-aux-fleurs": ProductText(
        "Flower Quay",
        "Coral ranunculus in the round",
        "Along the quay the buckets overflow with ranunculus from February on. The petals are as fine as cigarette "
        "paper, and you count a hundred and twenty of them before you reach the heart.",
    ),
    "tulipes-du-luxembourg": ProductText(
        "Luxembourg Tulips",
        "A generous bunch of coral tulips",
        "They go on growing in the vase, lean over, straighten up again and end up dancing. A generous bunch in a "
        "single colour, like the flower beds of the Luxembourg gardens in April.",
    ),
    "champ-de-marguerites": ProductText(
        "Daisy Field",
        "A bunch of meadow daisies",
        "The bouquet you would pick yourself if you lived at the end of the right lane. Daisies, wild grasses and a "
        "bit of string: loves me, loves me not, loves me.",
    ),
    "un-matin-a-sault": ProductText(
        "A Morning in Sault",
        "A bunch of lavender from Provence",
        "Cut at dawn on the plateau, before the bees are up. It scents a room within the hour, then a wardrobe for a "
        "year: this is the bouquet nobody throws away.",
    ),
    "iris-de-giverny": ProductText(
        "Giverny Iris",
        "Violet irises and grasses",
        "In Monet's garden the irises line the path in close ranks; here they climb as they please, like fireworks in "
        "slow motion. Delivered in bud, they open one after another.",
    ),
    "ciel-de-loire": ProductText(
        "Loire Sky",
        "Tall blue delphiniums",
        "This blue exists only twice: in cottage gardens in June, and over the river at ten in the evening. Long "
        "stems, for a table with room to receive them.",
    ),
    "mimosa-de-tanneron": ProductText(
        "Tanneron Mimosa",
        "Mimosa from the Riviera, plain and simple",
        "In February the hill of Tanneron is yellow from end to end. The branches are cut in the morning, they travel "
        "up to Paris overnight, and the drawing room smells of almonds.",
    ),
    "oeillets-de-nice": ProductText(
        "Carnations from Nice",
        "Pink carnations and gypsophila",
        "People called them old-fashioned; they last three weeks and smell of cloves. The florists of Nice never "
        "stopped loving them, and neither did we.",
    ),
    "confettis": ProductText(
        "Confetti",
        "Orange gerberas in their vase",
        "Bold colours, round faces and a vase already filled: there is nothing to do but smile. Just right for a "
        "hospital room, or for a desk on a Monday.",
        "Gerberas, roses and fern: nothing here is toxic to a cat or a dog.",
    ),
    "anemones-de-menilmontant": ProductText(
        "Ménilmontant Anemones",
        "Violet anemones in a round box",
        "A black heart and satin petals: an anemone looks as if it had been drawn in ink. We pack them into a box, as "
        "close as old-fashioned sweets.",
    ),
    "dahlias-d-octobre": ProductText(
        "October Dahlias",
        "Burgundy dahlias in a basket",
        "The last of the garden, and the loveliest: they took the whole summer to find this colour. In a woven basket, "
        "with a few peach roses to warm them.",
    ),
    "lisianthus-d-avril": ProductText(
        "April Lisianthus",
        "Mauve lisianthus in their vase",
        "You might take it for a rose that forgot to close. Lisianthus is the flower of patient people: each bud opens "
        "in its own time, for two weeks.",
        "Lisianthus, roses and fern: nothing here is toxic to a cat or a dog.",
    ),
    "arums-du-bel-air": ProductText(
        "Bel Air Arums",
        "Tall white arum lilies",
        "A single furled leaf, a stroke of gold: the arum needs nobody. We leave it standing straight and unadorned, "
        "for rooms that love a clean line.",
    ),
    "premiers-narcisses": ProductText(
        "First Daffodils",
        "A bunch of yellow daffodils",
        "The first light of the year fits in one hand. Picked closed, they open that same evening, and the whole "
        "kitchen seems to have moved into the garden.",
    ),
    "la-rose": ProductText(
        "The Rose",
        "A single red rose in a bud vase",
        "One rose, only one, chosen at length. It arrives in its glass bud vase, with its water and its leaves, and it "
        "says exactly what you meant to say. The larger sizes hold three, or five.",
        "Rose and olive: nothing here is toxic to a cat or a dog.",
    ),
    "boite-a-secrets": ProductText(
        "Box of Secrets",
        "Powder-pink roses in a round box",
        "You lift the lid: roses the colour of a cheek, packed to the brim. Nothing to arrange, nothing to trim; you "
        "set it on a bedside table and close the door softly.",
        "Roses and fern: nothing here is toxic to a cat or a dog.",
    ),
    "retombee-de-mariee": ProductText(
        "Bridal Cascade",
        "A cascading bouquet of peonies and ivy",
        "For the bride who walks slowly. The peonies open at the top and the ivy comes down to the knee; the florist "
        "balances it by hand, holding it the way you will hold it.",
    ),
    "orchidees-en-cascade": ProductText(
        "Orchid Cascade",
        "A bridal bouquet of phalaenopsis",
        "A line of white butterflies that falls like a veil. It is the bouquet for very simple dresses, and the one to "
        "photograph in profile.",
        "Phalaenopsis, roses and fern: nothing here is toxic to a cat or a dog.",
    ),
    "panier-du-dimanche": ProductText(
        "Sunday Basket",
        "Sunflowers and gerberas in a basket",
        "The basket you bring home from the market, except that it holds nothing but flowers. Cheerful without being "
        "loud, it sits in the middle of the table and hides nobody.",
        "Sunflowers, gerberas and fern: nothing here is toxic to a cat or a dog.",
    ),
    "soie-de-lyon": ProductText(
        "Lyon Silk",
        "Iceland poppies in coral and peach",
        "Creased petals that might have come from a silk weaver's workshop on the Croix-Rousse. They are born "
        "crumpled, smooth out within the hour, and turn towards the window.",
    ),
    "vent-d-autan": ProductText(
        "Autan Wind",
        "Red and white anemones",
        "Anemone means daughter of the wind. These come from the south, closed in the morning and wide open at noon, "
        "with a heart as black as the pupil of an eye.",
    ),
    "coeur-de-dahlia": ProductText(
        "Heart of Dahlia",
        "Pink dahlias in a round bouquet",
        "Look at one closely: every petal is in its place, like the slates on a roof. We choose them wide, in a pink "
        "that lasts, and we leave them room to breathe.",
    ),
    "hortensia-du-perron": ProductText(
        "Doorstep Hydrangeas",
        "Blue hydrangeas in their vase",
        "Three round heads are enough to make a holiday home. Forget them in their vase in September: they dry without "
        "losing a thing.",
    ),
}
