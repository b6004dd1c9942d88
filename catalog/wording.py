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
