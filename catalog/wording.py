"""Folded text: what the search compares and what the lists sort by."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
NOT_A_WORD = re.compile(r"[^a-z0-9]+")

# Words that carry no choice: dropped from a query, harmless in the stored text.
EMPTY_WORDS = frozenset(
    {"a", "au", "aux", "avec", "chez", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"}
    | {"mon", "ma", "mes", "ou", "par", "pour", "sa", "ses", "son", "sur", "un", "une"}
    | {"an", "and", "at", "for", "from", "her", "his", "in", "my", "of", "on", "s", "some", "the", "to", "with", "your"}
)

# An animal in a query is a condition, never a flower of a like name (« chat » is three letters away from « Chaillot »,
# whose lilies kill cats); what is said around it (« sans danger pour un chat », "cat safe") adds nothing to it.
# « Chaton » is left out: it is a willow's, too.
ANIMALS = frozenset(
    {"chat", "chats", "chatte", "chattes", "chien", "chiens", "chienne", "chiennes", "animal", "animaux"}
    | {"chiot", "chiots", "felin", "felins", "matou", "matous", "minou", "minous", "toutou", "toutous"}
    | {"cat", "cats", "kitten", "kittens", "dog", "dogs", "puppy", "puppies", "pet", "pets", "animals"}
)
AROUND_ANIMALS = frozenset(
    {"sans", "danger", "non", "pas", "toxique", "toxiques", "compatible", "compagnie", "safe", "friendly", "toxic"}
)


def fold(text: str) -> str:
    """Lower case, no accent, œ→oe, words parted by one blank: « Fête des Mères » → "fete des meres"."""
    lowered = text.casefold().translate(LIGATURES)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return NOT_A_WORD.sub(" ", plain).strip()


def query_words(text: str, limit: int = 8) -> list[str]:
    """The folded words of a query worth searching, at most ``limit`` of them and 40 letters each."""
    words = [word[:40] for word in fold(text).split()]
    telling = [word for word in words if word not in EMPTY_WORDS]
    return (telling or words)[:limit]


def names_an_animal(text: str) -> bool:
    """Whether a query asks for flowers that suit a pet: « chat », « roses sans danger pour un chien »."""
    return not ANIMALS.isdisjoint(fold(text).split())
