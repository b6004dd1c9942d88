"""What a text message costs and when a commercial one may leave."""

from __future__ import annotations

import pytest

from notifications import gsm7
from notifications.marketing import compose
from notifications.marketing.compose import BadText


# --- The alphabet
@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("é" * 160, 160, 1),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        # An escape pair is never split: 152 + € leaves a septet empty in the first part.
        ("a" * 152 + "€" + "a" * 152, 306, 3),
    ],
)
def test_gsm7_is_counted_in_septets(text: str, units: int, parts: int) -> None:
    assert gsm7.cost(text) == gsm7.Cost(True, units, parts, ())


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("ê" + "a" * 69, 70, 1),
        ("ê" + "a" * 70, 71, 2),
        ("ê" + "a" * 133, 134, 2),
        ("ê" + "a" * 134, 135, 3),
        ("💐" * 35, 70, 1),
        ("💐" * 36, 72, 2),
        # A surrogate pair is never split either.
        ("ê" + "a" * 65 + "💐" + "a" * 66, 134, 3),
    ],
)
def test_one_character_outside_makes_the_whole_message_dear(text: str, units: int, parts: int) -> None:
    found = gsm7.cost(text)
    assert (found.is_gsm7, found.units, found.parts) == (False, units, parts)
    assert found.offenders[0] == text[0]


@pytest.mark.parametrize("text", ["àéèùìòäöüñÉÇÄÖÜÆæ@£¥§", "€^{}[]~\\|"])
def test_the_alphabet_holds_what_the_operators_say(text: str) -> None:
    assert gsm7.cost(text).is_gsm7
    assert gsm7.normalize(text) == text


@pytest.mark.parametrize("char", "êâîôûëïÿçœÀÂÈÊÎÔÛŒ«»’“”…–—•°\u00a0💐")
def test_the_alphabet_holds_nothing_more(char: str) -> None:
    assert not gsm7.cost(char).is_gsm7
    assert gsm7.cost(gsm7.normalize(char)).is_gsm7


def test_french_is_made_plain_by_our_own_rules() -> None:
    written = "« Ça va\u00a0? » – l’été, cœur, Noël… À Évian, 20\u202f€ "
    assert gsm7.normalize(written) == '" Ça va ? " - l\'été, coeur, Noel... A Évian, 20 € '
    assert gsm7.normalize("e\u0301te\u0301 \u200b\u00adok 💐") == "été ok ?"


# --- The composer
STOP_LINE = "\nSTOP : http://testserver/stop/ABCDEFGHJKMN/"


def test_every_text_carries_its_stop_mention() -> None:
    shown = compose.preview("Bonjour {prenom}, c’est l’été", first_name="Zoë", keeps_accents=False)
    assert shown.text == f"Bonjour Zoe, c'est l'été{STOP_LINE}"
    assert shown.cost == gsm7.Cost(True, len(shown.text), 1, ())
    assert shown.replaced == ("ë", "’")


def test_an_author_may_insist_on_accents_and_sees_the_price() -> None:
    shown = compose.preview("Bonjour {prenom}", first_name="François", keeps_accents=True)
    assert shown.text == f"Bonjour François{STOP_LINE}"
    assert (shown.cost.is_gsm7, shown.cost.parts) == (False, 1)
    assert shown.cost.offenders == ("ç",)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Bonjour {prenom|cher client}, merci", "Bonjour cher client, merci"),
        ("Bonjour {prenom}, merci", "Bonjour, merci"),
        ("{prenom} merci", "merci"),
    ],
)
def test_a_missing_first_name_leaves_no_hole(text: str, read: str) -> None:
    assert compose.preview(text, first_name="", keeps_accents=False).text == read + STOP_LINE


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("", "empty", ""),
        ("  \n", "empty", ""),
        ("Bonjour {nom}", "tag", "{nom}"),
        ("Bonjour {}", "tag", "{}"),
        ("Bonjour {prenom", "brace", ""),
        ("Bonjour prenom}", "brace", ""),
        ("a" * 620, "too_long", ""),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused(text: str, code: str, detail: str) -> None:
    with pytest.raises(BadText) as caught:
        compose.check(text)
    assert (caught.value.code, caught.value.detail) == (code, detail)
