"""Care tips in English, by the French ones."""

from catalog.demo import care

CARE = {
    care.CUT: "Trim 2 cm off the stems at an angle. Remove any leaf that would sit in the water. Change the water "
    "every other day, and keep the flowers away from the sun, from radiators and from the fruit bowl.",
    care.BULB: "Use very little water, and cold: 5 cm is enough. The stems go on growing, so trim them every other "
    "day. Keep the bouquet somewhere cool at night.",
    care.WOODY: "Trim the stems, then split them over 2 cm. Give them lukewarm water on the first day, and plenty of "
    "it afterwards. Heads that droop revive after an hour in cool water.",
    care.VASE: "The bouquet arrives in its water. Top up the vase every day and change all the water on the third. "
    "Keep it in the light, but out of direct sun.",
    care.FOAM: "The arrangement stands in moist plant-based foam: pour a small glass of water into the middle every "
    "day, without letting it overflow. Take out the flowers as they fade.",
    care.ORCHID: "Place it near a window, out of direct sun. Soak the pot for ten minutes once a week and let it drain "
    "well. When the flowers fall, cut the stem above the second node: it will flower again.",
    care.POT: "Give it light, but no scorching sun. Water when the top of the soil is dry, and empty the saucer. Once "
    "it has finished flowering, it can move out to a balcony or the garden.",
    care.DRY: "Keep it in water for two or three days, or hang it upside down straight away in a dry, dark place: "
    "dried, the bunch keeps its colour for a year.",
    care.FUNERAL: "Mist the heart of the arrangement lightly. Outdoors it lasts a week in cool weather; in strong sun, "
    "place it in the shade.",
}
