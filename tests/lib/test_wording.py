import pytest

from interflora.lib import wording
from interflora.lib.wording import Refused


@pytest.mark.parametrize(
    "text",
    [
        "Joyeux anniversaire, ma chérie ! Je pense à toi.",
        "Merci pour tout… À bientôt.\nPaul",
        "Félicitations pour vos 30 ans de mariage (1996–2026) ♥",
        "Rendez-vous à 20h30 le 14/02/2027.",
        "Bravo. Je suis fier de toi.Bises",
    ],
)
def test_kind_words_pass(text: str) -> None:
    assert wording.screen_message(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Va voir https://exemple.fr", "link"),
        ("Va voir exemple.com vite", "link"),
        ("www.exemple", "link"),
        ("exemple[.]com", "link"),
        ("hxxp exemple . fr", "link"),
        ("ｅｘｅｍｐｌｅ．ｃｏｍ", "link"),
        ("écris à paul@exemple.fr", "email"),
        ("écris à paul(at)exemple.fr", "email"),
        ("suis @paul_durand", "handle"),
        ("Appelle le 06 12 34 56 78", "phone"),
        ("Appelle le 06.12.34.56.78", "phone"),
        ("+33 6 12-34-56-78", "phone"),
        ("a" * 256, "too_long"),
    ],
)
def test_roads_to_somebody_else_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        wording.screen_message(text)
    assert refused.value.code == code


def test_hidden_characters_are_dropped() -> None:
    assert wording.clean_text("Bon\u200bjour\u202e \x00Paul\u2066") == "Bonjour Paul"
    assert wording.clean_text("e\u0301te\u0301") == "été"
    assert wording.clean_text("a\n\n\n\n b  c ") == "a\n\nb c"


def test_hidden_characters_cannot_split_a_link() -> None:
    with pytest.raises(Refused):
        wording.screen_message("exemple\u200b.com")


@pytest.mark.parametrize("name", ["Jeanne", "Anne-Sophie", "N’Golo", "Éloïse", "Jean Paul", "Олег"])
def test_first_names_pass(name: str) -> None:
    assert wording.screen_first_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "empty"),
        ("a" * 21, "too_long"),
        ("Jeanne3", "characters"),
        ("<b>Jeanne</b>", "characters"),
        ("Jeаnne", "characters"),  # a Cyrillic а
        ("Interflora", "reserved"),
        ("La Poste", "reserved"),
    ],
)
def test_strange_first_names_are_refused(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        wording.screen_first_name(name)
    assert refused.value.code == code
