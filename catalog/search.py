"""Search that forgives: accents never count, a typo costs little, an unknown word finds nothing."""

from __future__ import annotations

from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    TrigramStrictWordSimilarity,
    TrigramWordSimilarity,
)
from django.db.models import Case, DecimalField, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Greatest, Round

from catalog.models import ProductQuerySet
from catalog.wording import ANIMALS, AROUND_ANIMALS, fold, names_an_animal, query_words

# « rozes » shares half of its trigrams with « roses », « pivoinne » most with « pivoine »; below, chance.
CLOSE_ENOUGH = 0.5
SHORTEST_TYPO = 4


def find(products: ProductQuerySet, text: str, *, every_word: bool = True) -> ProductQuerySet:
    """The products that answer ``text``, the best first (annotated ``relevance``). With ``every_word`` each word
    must be found, exactly or nearly; without, one is enough. A query that names an animal finds only what is safe for
    pets: by its other words, or all of it."""
    words = query_words(text)
    if not words:
        return products.none()
    is_for_pets = names_an_animal(text)
    if is_for_pets:
        products = products.for_pets()
        words = [word for word in words if word not in ANIMALS | AROUND_ANIMALS]
        if not words:
            return products.order_by("rank")
    told = " ".join(words)
    products = products.alias(
        vector=SearchVector("search_text", config="french"), phrase=TrigramStrictWordSimilarity(told, "search_head")
    )
    # Words that follow one another count on top: nearly, in the name or the subtitle; exactly, anywhere (« fête des
    # mères » is not « fête des grands-mères »). Full text only parts equals.
    in_a_row = Case(
        When(phrase__gte=CLOSE_ENOUGH, then=F("phrase")),
        When(search_text__contains=fold(text), then=Value(0.3)),
        default=Value(0.0),
    )
    relevance = in_a_row + SearchRank(F("vector"), SearchQuery(told, config="french")) * Value(0.01)
    wanted = Q()
    for number, word in enumerate(words):
        products = products.alias(
            **{f"near_{number}": _nearest(word), f"text_{number}": TrigramWordSimilarity(word, "search_text")}
        )
        found = Q(vector=SearchQuery(word, config="french")) | Q(search_text__contains=word)
        if len(word) >= SHORTEST_TYPO:
            found |= Q(**{f"text_{number}__gte": CLOSE_ENOUGH})
        wanted = wanted & found if every_word else wanted | found
        relevance = relevance + F(f"near_{number}")
    score = Round(Cast(relevance, DecimalField(max_digits=8, decimal_places=4)), precision=2)
    if is_for_pets and not every_word:
        wanted = Q()
    return products.filter(wanted).annotate(relevance=score).order_by("-relevance", "rank")


def _nearest(word: str) -> Greatest:
    """How near ``word`` is, 0–1: to the main flower first (« roses » is a flower before it is a color), then to the
    name, then to anything said of the product."""
    return Greatest(
        TrigramStrictWordSimilarity(word, "search_flower"),
        TrigramStrictWordSimilarity(word, "search_head") * Value(0.85),
        TrigramStrictWordSimilarity(word, "search_text") * Value(0.7),
        output_field=FloatField(),
    )
