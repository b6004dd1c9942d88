"""The notice of GDPR article 14, on the page where a recipient first learns who gave their contact."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings

from tests.addressless.factories import make_invited
from tests.addressless.pages import Browser, url

pytestmark = pytest.mark.django_db
HOUSE: dict[str, str] = settings.HOUSE
# What article 14 (1) and (2) ask to be told, and the words that tell it in each language.
ELEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "who is responsible, and how to reach them": {
        "fr": (HOUSE["company"], HOUSE["address"], HOUSE["email"]),
        "en": (HOUSE["company"], HOUSE["address"], HOUSE["email"]),
    },
    "the data protection officer": {
        "fr": ("déléguée à la protection des données",),
        "en": ("data protection officer",),
    },
    "what for, and on what legal ground": {
        "fr": ("À vous proposer ce cadeau", "Base légale : l’intérêt légitime", "Base légale : livrer"),
        "en": ("offer you this gift", "legitimate interest", "Legal basis: delivering"),
    },
    "which data": {
        "fr": ("une adresse e-mail, un numéro de mobile ou un compte X",),
        "en": ("an e-mail address, a mobile number or an account on X",),
    },
    "who receives them": {
        "fr": ("Le fleuriste qui livre", "Twilio pour les SMS, X pour les messages privés"),
        "en": ("The florist", "Twilio", "X for"),
    },
    "whether they leave the Union, and under what guarantee": {
        "fr": ("États-Unis, sous clauses contractuelles types",),
        "en": ("United States, under standard contractual clauses",),
    },
    "how long they are kept": {
        "fr": ("14 jours après la livraison", "30 jours après la fin du cadeau"),
        "en": ("14 days after", "30 days after"),
    },
    "which rights, and before whom to complain": {
        "fr": ("Accéder, rectifier, effacer, limiter, emporter", "vous opposer", "cnil.fr", "Aucune décision"),
        "en": ("Access, rectify, erase, restrict", "object", "cnil.fr", "machine"),
    },
    "where they come from": {
        "fr": ("De la personne qui offre les fleurs, et d’elle seule.",),
        "en": ("From the sender of the flowers, and no one else.",),
    },
}


def notice(language: str) -> str:
    browser = Browser()
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = browser.open_gift(make_invited()).content.decode()
    found = re.search(r'<dl class="notice-list">(.*?)</dl>', page, re.S)
    assert found is not None
    text = html.unescape(re.sub(r"<[^>]+>", " ", found[1]))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_nine_elements_stand_in_the_notice(language: str) -> None:
    assert len(ELEMENTS) == 9
    told = notice(language)
    missing = {
        name: words for name, said in ELEMENTS.items() if (words := [w for w in said[language] if w not in told])
    }
    assert missing == {}


def test_the_notice_is_there_again_when_the_address_is_asked() -> None:
    browser = Browser()
    browser.open_gift(make_invited())
    assert 'class="notice-list"' in browser.submit(url("claim_accept"), postcode="35000").content.decode()
