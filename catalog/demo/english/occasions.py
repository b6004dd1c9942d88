"""The occasions in English, with their ready card texts."""

from catalog.demo.seeds import OccasionText

OCCASIONS = {
    "amour": OccasionText(
        "Love",
        "Flowers to say I love you",
        "Sometimes one rose is enough; sometimes it takes forty. Our florists choose them that very morning, and the "
        "card says the rest.",
        "romance romantic couple darling i love you passion",
        [
            "I am thinking of you. That is all, and it is a lot.",
            "For the one who makes Mondays bearable and Sundays too short.",
            "There was no occasion. There was you.",
        ],
    ),
    "anniversaire": OccasionText(
        "Birthday",
        "Flowers for a birthday",
        "Bright, generous bouquets, delivered on the day itself. The candles go out; the flowers stay for ten days.",
        "party candles happy birthday",
        [
            "Happy birthday! May this year be like you: beautiful and generous.",
            "One year older, and the same light as ever. Happy birthday.",
            "I will not mention the number. I will only say: happy birthday.",
        ],
    ),
    "naissance": OccasionText(
        "New baby",
        "Flowers for a new baby",
        "Soft shades and quiet scents, for a room where nobody sleeps much and everybody gazes a good deal.",
        "birth newborn maternity welcome",
        [
            "Welcome to the little one, and much tenderness to the parents.",
            "The world has one more wonder in it. Our warmest congratulations.",
            "Flowers for arms that no longer rest. Well done, and welcome.",
        ],
    ),
    "remerciement": OccasionText(
        "Thank you",
        "Flowers to say thank you",
        "Thank you is a small phrase. A bouquet gives it the size it deserves.",
        "thanks gratitude grateful",
        [
            "Thank you, simply, and from the bottom of my heart.",
            "You were there. I have not forgotten.",
            "It took more than a message to thank you.",
        ],
    ),
    "fete-des-meres": OccasionText(
        "Mother's Day",
        "Flowers for Mother's Day",
        "In France it is the last Sunday of May, and every other day when we remember too late. Peonies, roses and "
        "ranunculus, delivered by a florist in her town.",
        "mothers day mum mom mummy mothering sunday",
        [
            "Happy Mother's Day, Mum. I love you more often than I call.",
            "For everything you did without ever keeping count. Happy Mother's Day.",
            "You taught me the names of flowers. Here are a few of them.",
        ],
    ),
    "fete-des-grands-meres": OccasionText(
        "Grandmothers' Day",
        "Flowers for grandmothers",
        "In France it is the first Sunday of March, when mimosa already lights up the markets.",
        "grandmother grandma granny nan nana",
        [
            "Happy Grandmothers' Day, and thank you for the jam, the stories and the patience.",
            "A bouquet of sunshine for someone who always had some to give.",
            "A big hug, and a happy Grandmothers' Day.",
        ],
    ),
    "saint-valentin": OccasionText(
        "Valentine's Day",
        "Flowers for Valentine's Day",
        "The 14th of February without the clichés, or with them: red roses are magnificent, and it is not their fault.",
        "valentines valentine sweetheart",
        [
            "Will you be my Valentine again this year?",
            "I am no good at speeches. So, flowers.",
            "With all my love, today and the other 364 days.",
        ],
    ),
    "deuil": OccasionText(
        "Sympathy",
        "Flowers in sympathy and for funerals",
        "Restrained arrangements, made with care and delivered to the family, the church or the crematorium. The "
        "florist settles the words of the ribbon or the card with you.",
        "funeral condolences bereavement mourning tribute",
        [
            "We share in your sorrow, and we are thinking of you.",
            "With all our affection, in memory of someone lovely.",
            "With our deepest sympathy.",
        ],
    ),
    "retablissement": OccasionText(
        "Get well",
        "Flowers to wish someone well again",
        "Cheerful bouquets, lightly scented, in a vase or easy to set down: what a bedroom needs.",
        "recovery hospital illness convalescence get well soon",
        [
            "Rest well. The flowers are keeping watch.",
            "A little colour while your strength comes back.",
            "Get well, and see you very soon around a table.",
        ],
    ),
    "mariage": OccasionText(
        "Wedding",
        "Flowers for a wedding",
        "For the bride, for the table, or to congratulate them the day after, while the house is still celebrating.",
        "bride bridal engagement newlyweds marriage",
        [
            "Every happiness to the newlyweds.",
            "Together, and for a long time. Congratulations.",
            "May the celebration last well beyond the celebration.",
        ],
    ),
    "felicitations": OccasionText(
        "Congratulations",
        "Flowers to congratulate someone",
        "A degree, a new job, a first novel: good news deserves better than a thumbs-up.",
        "well done graduation exam retirement promotion success",
        [
            "Bravo! You did it, and so elegantly.",
            "The hard work paid off. Here are the flowers it earned.",
            "Warmest congratulations on this fine success.",
        ],
    ),
    "pour-le-plaisir": OccasionText(
        "Just because",
        "Flowers, just because",
        "No birthday, no celebration: the best reason to give flowers is to have none at all.",
        "no reason surprise treat pleasure",
        [
            "For no reason. It is the best one.",
            "I was passing by, I thought of you, here are some flowers.",
            "So that the week begins well.",
        ],
    ),
    "pendaison-de-cremaillere": OccasionText(
        "New home",
        "Flowers for a new home",
        "A plant that stays, or a bouquet already in its vase: not every box has been opened yet.",
        "housewarming moving house apartment flat",
        [
            "May this house be full of voices, friends and flowers.",
            "Welcome home.",
            "Something was missing from the table. Here it is.",
        ],
    ),
    "premier-mai": OccasionText(
        "May Day",
        "Lily of the valley for May Day",
        "On the 1st of May, the French give a sprig of lily of the valley to the people they love; thirteen bells, "
        "they say, bring good luck.",
        "first of may lucky",
        [
            "A sprig of happiness for the first of May.",
            "Thirteen bells, count them well. Good luck.",
        ],
    ),
    "toussaint": OccasionText(
        "All Saints' Day",
        "Flowers for All Saints' Day",
        "Flowering plants and arrangements that stand up to the cold, to keep a memory in bloom.",
        "cemetery grave remembrance november",
        [
            "In loving memory, always.",
            "Time passes, affection remains.",
        ],
    ),
}
