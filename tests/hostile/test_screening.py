"""Every hostile string meets its rule at the form; kind ones pass untouched."""

from __future__ import annotations

import pytest

from interflora.lib import wording
from interflora.lib.wording import Refused
from orders.forms import CardForm
from tests.hostile import corpus

CARDS = [(text, code) for code, texts in corpus.REFUSED.items() for text in texts]
NAMES = [(text, code) for code, texts in corpus.NAMES.items() for text in texts]


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    cards = [text for text, _ in CARDS] + corpus.INERT
    names = [text for text, _ in NAMES]
    assert len(cards) == len(set(cards)) >= 300
    assert len(names) == len(set(names)) >= 90


@pytest.mark.parametrize(("text", "code"), CARDS, ids=ascii)
def test_roads_to_somebody_else_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        wording.screen_message(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", corpus.KIND)
def test_kind_words_pass_as_typed(text: str) -> None:
    assert wording.screen_message(text) == text


@pytest.mark.parametrize("text", corpus.INERT, ids=ascii)
def test_what_passes_holds_no_hidden_letter_and_does_not_change_when_screened_again(text: str) -> None:
    shown = wording.screen_message(text)
    assert not [char for char in shown if char != "\n" and not char.isprintable() and char not in "\u00a0\u200d"]
    assert not set(shown) & set("\u115f\u3164\uffa0\u2800\u200b\u202e\u2066")
    assert wording.screen_message(shown) == shown


@pytest.mark.parametrize("text", corpus.HIDDEN, ids=ascii)
def test_letters_nobody_sees_are_dropped(text: str) -> None:
    assert "Bonjour" in wording.screen_message(text) or "ruojnoB" in wording.screen_message(text) or "jour" in text


@pytest.mark.parametrize(("text", "code"), NAMES, ids=ascii)
def test_names_one_could_hide_behind_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        wording.screen_first_name(text)
    assert refused.value.code == code


@pytest.mark.parametrize("code", sorted(corpus.REFUSED))
@pytest.mark.django_db
def test_the_form_says_what_to_do_and_keeps_what_was_typed(code: str) -> None:
    for text in corpus.REFUSED[code]:
        form = CardForm({"text": text})
        assert not form.is_valid()
        assert form.has_error("text", code)
        assert form["text"].value() == text
