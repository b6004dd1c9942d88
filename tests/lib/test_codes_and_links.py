import re

import pytest
from pytest_django import Settings

from interflora.lib import codes, links
from interflora.lib.links import Link, Purpose

CLAIM = Link(Purpose.CLAIM, "ABCDEFGHJKMN", "email", 1)


def test_random_codes_have_twelve_unambiguous_characters() -> None:
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", codes.random_code()) for _ in range(200))


@pytest.mark.parametrize("typed", ["abcd-efgh-jkmn", " ABCD EFGH JKMN ", "abcdefghjkmn", "ABCD–EFGH–JKMN"])
def test_typed_codes_are_forgiven(typed: str) -> None:
    assert codes.normalize_code(typed) == "ABCDEFGHJKMN"


def test_lookalikes_are_forgiven_and_nonsense_is_not() -> None:
    assert codes.normalize_code("Oo1I lL00 0000") == "001111000000"
    assert codes.normalize_code("ABC") == ""
    assert codes.normalize_code("UUUU-UUUU-UUUU") == ""
    assert codes.normalize_code("0" * 1000) == ""


def test_token_depends_on_each_part_of_the_link() -> None:
    others = [
        Link(Purpose.TRACKING, "ABCDEFGHJKMN", "email", 1),
        Link(Purpose.CLAIM, "ABCDEFGHJKMP", "email", 1),
        Link(Purpose.CLAIM, "ABCDEFGHJKMN", "sms", 1),
        Link(Purpose.CLAIM, "ABCDEFGHJKMN", "email", 2),
    ]
    tokens = {links.token(link) for link in [CLAIM, *others]}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)
    assert links.matches(CLAIM, links.token(CLAIM))
    assert not any(links.matches(other, links.token(CLAIM)) for other in others)


def test_another_key_opens_nothing(settings: Settings) -> None:
    token = links.token(CLAIM)
    settings.LINK_KEY = "another"
    assert not links.matches(CLAIM, token)


def test_a_shop_process_cannot_make_a_florist_link(settings: Settings) -> None:
    settings.FLORIST_LINK_KEY = ""
    with pytest.raises(links.MissingKey):
        links.token(Link(Purpose.OFFER, "ABCDEFGHJKMN"))


def test_references_become_addresses_only_when_resolved(settings: Settings) -> None:
    settings.SITE_URL = "https://shop.example"
    context = {"claim": links.reference(CLAIM), "code": links.code_reference(CLAIM), "items": [{"name": "Aube"}]}
    assert links.token(CLAIM) not in repr(context)
    resolved = links.resolve(context)
    assert resolved["claim"] == f"https://shop.example/cadeau/{links.token(CLAIM)}/"
    assert codes.normalize_code(resolved["code"]) == links.code(CLAIM)
    assert resolved["items"] == [{"name": "Aube"}]
