"""The occasions of the demonstration catalogue, with their ready card texts."""

from catalog.demo.seeds import OccasionSeed

OCCASIONS = [
    OccasionSeed(
        "amour",
        "Amour",
        "Des fleurs pour dire l'amour",
        "Une rose suffit parfois ; parfois il en faut quarante. Nos fleuristes les choisissent le matin même, "
        "et la carte dit le reste.",
        "amoureux couple je t aime passion",
        [
            "Je pense à toi. Voilà, c'est tout, et c'est beaucoup.",
            "Pour la personne qui rend les lundis supportables et les dimanches trop courts.",
            "Il n'y avait pas d'occasion. Il y avait toi.",
        ],
    ),
    OccasionSeed(
        "anniversaire",
        "Anniversaire",
        "Des fleurs pour un anniversaire",
        "Des bouquets francs et lumineux, livrés le jour dit. On souffle les bougies, les fleurs restent dix jours.",
        "fete bougies joyeux",
        [
            "Joyeux anniversaire ! Que cette année vous ressemble : belle et généreuse.",
            "Un an de plus, et toujours la même lumière. Joyeux anniversaire.",
            "Je ne dirai pas le chiffre. Je dirai seulement : bon anniversaire.",
        ],
    ),
    OccasionSeed(
        "naissance",
        "Naissance",
        "Des fleurs pour une naissance",
        "Des teintes douces et des parfums discrets, pour une chambre où l'on dort peu et où l'on regarde beaucoup.",
        "bebe maternite bienvenue",
        [
            "Bienvenue au tout-petit, et beaucoup de douceur aux parents.",
            "Le monde compte une merveille de plus. Toutes nos félicitations.",
            "Des fleurs pour les bras qui ne dorment plus. Bravo et bienvenue.",
        ],
    ),
    OccasionSeed(
        "remerciement",
        "Remerciement",
        "Des fleurs pour dire merci",
        "Merci est un petit mot. Un bouquet lui donne la taille qu'il mérite.",
        "merci gratitude reconnaissance",
        [
            "Merci, simplement et du fond du cœur.",
            "Vous avez été là. Je ne l'oublie pas.",
            "Il fallait plus qu'un message pour vous remercier.",
        ],
    ),
    OccasionSeed(
        "fete-des-meres",
        "Fête des mères",
        "Des fleurs pour la fête des mères",
        "Le dernier dimanche de mai, et tous les autres jours où l'on y pense trop tard. Pivoines, roses et "
        "renoncules, livrées par un fleuriste de sa ville.",
        "maman mere mamans",
        [
            "Bonne fête Maman. Je t'aime plus que je ne téléphone.",
            "Pour tout ce que tu as fait sans jamais le compter. Bonne fête.",
            "Tu m'as appris le nom des fleurs. En voici quelques-unes.",
        ],
    ),
    OccasionSeed(
        "fete-des-grands-meres",
        "Fête des grands-mères",
        "Des fleurs pour les grands-mères",
        "Le premier dimanche de mars, quand le mimosa éclaire déjà les marchés.",
        "mamie grand mere mamies",
        [
            "Bonne fête Mamie, et merci pour les confitures, les histoires et la patience.",
            "Un bouquet de soleil pour celle qui en a toujours eu à donner.",
            "Je t'embrasse fort. Bonne fête Mamie.",
        ],
    ),
    OccasionSeed(
        "saint-valentin",
        "Saint-Valentin",
        "Des fleurs pour la Saint-Valentin",
        "Le 14 février sans cliché, ou avec : les roses rouges sont magnifiques, ce n'est pas leur faute.",
        "valentin st valentin amoureux",
        [
            "Sois ma Valentine, ou mon Valentin, encore cette année.",
            "Je ne suis pas doué pour les discours. Alors, des fleurs.",
            "Avec tout mon amour, aujourd'hui et les 364 autres jours.",
        ],
    ),
    OccasionSeed(
        "deuil",
        "Deuil",
        "Des fleurs pour accompagner un deuil",
        "Des compositions sobres, préparées avec soin et livrées à la famille, à l'église ou au crématorium. "
        "Le fleuriste note avec vous le texte du ruban ou de la carte.",
        "enterrement obseques condoleances funerailles hommage",
        [
            "Nous partageons votre peine et pensons à vous.",
            "Avec toute notre affection, en souvenir d'une belle personne.",
            "Sincères condoléances.",
        ],
    ),
    OccasionSeed(
        "retablissement",
        "Rétablissement",
        "Des fleurs pour un bon rétablissement",
        "Des bouquets gais, peu parfumés, en vase ou faciles à poser : ce qu'il faut dans une chambre.",
        "guerison malade hopital convalescence bon courage",
        [
            "Reposez-vous bien. Les fleurs veillent.",
            "Un peu de couleur en attendant le retour des forces.",
            "Bon rétablissement, et à très vite autour d'une table.",
        ],
    ),
    OccasionSeed(
        "mariage",
        "Mariage",
        "Des fleurs pour un mariage",
        "Pour la mariée, pour la table ou pour les féliciter le lendemain, quand la maison est encore en fête.",
        "noces maries mariee fiancailles",
        [
            "Tous nos vœux de bonheur aux jeunes mariés.",
            "À deux, et pour longtemps. Félicitations.",
            "Que la fête dure bien au-delà de la fête.",
        ],
    ),
    OccasionSeed(
        "felicitations",
        "Félicitations",
        "Des fleurs pour féliciter",
        "Un diplôme, un poste, un premier roman : les bonnes nouvelles méritent mieux qu'un pouce levé.",
        "bravo reussite diplome examen retraite promotion",
        [
            "Bravo ! Vous l'avez fait, et avec quelle élégance.",
            "Le travail a payé. Les fleurs aussi.",
            "Toutes mes félicitations pour cette belle réussite.",
        ],
    ),
    OccasionSeed(
        "pour-le-plaisir",
        "Pour le plaisir",
        "Des fleurs pour le plaisir",
        "Pas d'anniversaire, pas de fête : la meilleure raison d'offrir des fleurs est de n'en avoir aucune.",
        "sans raison surprise envie plaisir",
        [
            "Sans raison. C'est la meilleure.",
            "Je passais, j'ai pensé à vous, voilà des fleurs.",
            "Pour que la semaine commence bien.",
        ],
    ),
    OccasionSeed(
        "pendaison-de-cremaillere",
        "Pendaison de crémaillère",
        "Des fleurs pour une nouvelle maison",
        "Une plante qui reste, ou un bouquet déjà dans son vase : les cartons ne sont pas encore tous ouverts.",
        "cremaillere demenagement appartement maison",
        [
            "Que cette maison soit pleine de voix, d'amis et de fleurs.",
            "Bienvenue chez vous.",
            "Il manquait quelque chose sur la table. Voilà qui est fait.",
        ],
    ),
    OccasionSeed(
        "premier-mai",
        "Premier mai",
        "Le muguet du 1er mai",
        "Un brin de muguet se donne à ceux que l'on aime ; treize clochettes portent bonheur, dit-on.",
        "muguet 1er mai porte bonheur",
        [
            "Un brin de bonheur pour ce premier mai.",
            "Treize clochettes, comptez-les bien. Bonne chance.",
        ],
    ),
    OccasionSeed(
        "toussaint",
        "Toussaint",
        "Des fleurs pour la Toussaint",
        "Des plantes fleuries et des coupes qui tiennent au froid, pour fleurir le souvenir.",
        "cimetiere souvenir tombe novembre",
        [
            "En souvenir, toujours.",
            "Le temps passe, l'affection demeure.",
        ],
    ),
]
