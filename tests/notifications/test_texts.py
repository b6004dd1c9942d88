"""What a text message costs and when a commercial one may leave."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interflora.lib import clock
from notifications import gsm7
from notifications.marketing import compose, slots
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


# --- Legal slots (AF2M charter, mainland holidays)
def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.PARIS)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("moment", "legal"),
    [
        (paris(2026, 5, 30, 8, 0), True),
        (paris(2026, 5, 30, 19, 59), True),
        (paris(2026, 5, 30, 20, 0), False),
        (paris(2026, 5, 30, 7, 59), False),
        (paris(2026, 5, 31, 12, 0), False),  # Mother's Day is a Sunday
        (paris(2026, 5, 25, 12, 0), False),  # Whit Monday
        (paris(2026, 7, 14, 12, 0), False),
        (paris(2026, 11, 23, 12, 0), True),
    ],
)
def test_commercial_texts_keep_to_working_days_from_eight_to_eight(moment: datetime, legal: bool) -> None:
    assert slots.is_legal(moment) is legal


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (paris(2026, 5, 30, 12, 0), paris(2026, 5, 30, 12, 0)),
        (paris(2026, 5, 30, 6, 0), paris(2026, 5, 30, 8, 0)),
        (paris(2026, 5, 30, 20, 0), paris(2026, 6, 1, 8, 0)),
        (paris(2026, 5, 23, 21, 0), paris(2026, 5, 26, 8, 0)),  # Saturday evening, then Sunday and Whit Monday
        (paris(2026, 12, 24, 20, 0), paris(2026, 12, 26, 8, 0)),
    ],
)
def test_the_next_legal_moment_skips_sundays_and_holidays(moment: datetime, expected: datetime) -> None:
    assert slots.next_legal(moment) == expected


def test_the_day_closes_at_eight_in_summer_and_winter() -> None:
    assert slots.window_end(paris(2026, 1, 15, 9, 0)) == datetime(2026, 1, 15, 19, tzinfo=UTC)
    assert slots.window_end(paris(2026, 7, 15, 9, 0)) == datetime(2026, 7, 15, 18, tzinfo=UTC)


def test_only_legal_mornings_are_proposed() -> None:
    days = [clock.paris(moment).date().isoformat() for moment in slots.proposals(paris(2026, 5, 22, 15, 0), 3)]
    assert days == ["2026-05-23", "2026-05-26", "2026-05-27"]


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
