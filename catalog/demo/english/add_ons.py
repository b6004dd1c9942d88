"""The add-ons in English: name and description."""

ADD_ONS = {
    "vase-en-verre": ("Hand-blown glass vase", "Clear glass, 22 cm, the right height for the bouquet."),
    "chocolats": ("Assorted chocolates", "A 180 g box, dark and milk, from a French chocolate maker."),
    "bougie": ("Orange blossom candle", "Vegetable wax, 35 hours, poured in Provence."),
    "carte-illustree": (
        "Large illustrated card",
        "Thick paper with drawn flowers, in its envelope; your message in larger letters.",
    ),
    "macarons": ("Box of six macarons", "Pistachio, raspberry, lemon, coffee, vanilla, blackcurrant."),
    "champagne": ("Half bottle of champagne", "Brut, 37.5 cl. For adults only."),
    "ruban-de-deuil": (
        "Ribbon with your words",
        "White satin, gold lettering, 40 characters at most: write them in “Note for the florist”.",
    ),
}
