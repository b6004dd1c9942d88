"""Care tips shared by the demonstration products."""

CUT = (
    "Recoupez les tiges de 2 cm en biseau. Retirez les feuilles qui toucheraient l'eau. "
    "Changez l'eau tous les deux jours, loin du soleil, des radiateurs et de la corbeille de fruits."
)
BULB = (
    "Mettez peu d'eau, très fraîche : 5 cm suffisent. Les tiges continuent de pousser ; recoupez-les tous les deux "
    "jours. Gardez le bouquet au frais la nuit."
)
WOODY = (
    "Recoupez les tiges puis fendez-les sur 2 cm. Eau tiède le premier jour, abondante ensuite. "
    "Les têtes qui fanent se réveillent après une heure dans l'eau fraîche."
)
VASE = (
    "Le bouquet arrive dans son eau. Complétez le vase chaque jour et changez toute l'eau au troisième. "
    "Gardez-le à la lumière, sans soleil direct."
)
FOAM = (
    "La composition repose sur une mousse végétale humide : versez un petit verre d'eau au centre chaque jour, "
    "sans déborder. Ôtez les fleurs fanées à mesure."
)
ORCHID = (
    "Près d'une fenêtre, sans soleil direct. Baignez le pot dix minutes par semaine, égouttez bien. "
    "Quand les fleurs tombent, coupez la hampe au-dessus du deuxième nœud : elle refleurit."
)
POT = (
    "À la lumière, sans soleil brûlant. Arrosez quand le dessus de la terre sèche, videz la soucoupe. "
    "Une fois la floraison finie, elle peut rejoindre un balcon ou le jardin."
)
DRY = (
    "En eau deux ou trois jours, ou tout de suite la tête en bas dans un endroit sec et sombre : "
    "le bouquet séché garde sa couleur une année."
)
FUNERAL = (
    "Vaporisez légèrement le cœur de la composition. Dehors, elle tient une semaine par temps frais ; "
    "par grand soleil, placez-la à l'ombre."
)
