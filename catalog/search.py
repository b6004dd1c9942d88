"""Search that forgives: accents never count, a typo costs little, an unknown word finds nothing."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Greatest

from catalog.models import ProductQuerySet
from catalog.wording import query_words

# « rozes » shares half of its trigrams with « roses », « pivoinne » two thirds with « pivoine »; below, chance.
CLOSE_ENOUGH = 0.5
SHORTEST_TYPO = 4


def find(products: ProductQuerySet, text: str, *, every_word: bool = True) -> ProductQuerySet:
    """The products that answer ``text``, the best first (annotated ``relevance``). With ``every_word`` each word
    must be found, exactly or nearly; without, one is enough."""
    words = query_words(text)
    if not words:
        return products.none()
    told = SearchQuery(" ".join(words), config="french")
    products = products.alias(vector=SearchVector("search_text", config="french"))
    relevance = SearchRank(F("vector"), told) * Value(0.5)
    wanted = Q()
    for number, word in enumerate(words):
        name = f"near_{number}"
        in_head = TrigramWordSimilarity(word, "search_head")
        in_text = TrigramWordSimilarity(word, "search_text")
        products = products.alias(
            **{name: Greatest(in_head, in_text * Value(0.8), output_field=FloatField()), f"{name}_text": in_text}
        )
        found = Q(vector=SearchQuery(word, config="french")) | Q(search_text__contains=word)
        if len(word) >= SHORTEST_TYPO:
            found |= Q(**{f"{name}_text__gte": CLOSE_ENOUGH})
        wanted = wanted & found if every_word else wanted | found
        relevance = relevance + F(name)
    return products.filter(wanted).annotate(relevance=relevance).order_by("-relevance", "rank", "sort_key")
