"""The shop in English: complete catalogs, English typography, and pages and messages that answer in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path

import polib
import pytest
import time_machine
from django.test import Client
from django.utils import translation
from django.utils.translation import ngettext

from catalog import versions
from interflora.dev import messages, tools
from interflora.dev.messages import Sentence
from interflora.lib import links, tags
from interflora.lib.clock import PARIS
from notifications import gsm7, rendering
from notifications.marketing import consents
from tests.addressless.factories import invitation_of, make_invited, make_started
from tests.addressless.pages import Browser, text_of
from tests.catalog.factories import make_product

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"}
WORD = re.compile(r"[^\W\d_]+")
ONE = Sentence("", "Fleur", "", "a.py:1")
MANY = Sentence("", "%(n)s fleur", "%(n)s fleurs", "templates/b.html:7")


def entries() -> list[tuple[str, str, str]]:
    """File, original and translation of every English text."""
    catalog = polib.pofile(str(tools.CHECKOUT / messages.CATALOG))
    return [
        (entry.occurrences[0][0], entry.msgid_plural or entry.msgid, text)
        for entry in catalog
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
    ]


# --- The catalogs ------------------------------------------------------------------------------------------------
def test_every_sentence_is_translated_with_its_placeholders():
    assert messages.problems() == []


def test_english_has_its_own_typography():
    odd = re.compile(r"[«»\u202f]|\s[:;!?](\s|$)|\d h\b")
    assert [(original, text) for _file, original, text in entries() if odd.search(text)] == []


def test_french_has_its_own_typography():
    odd = re.compile(r" [:;!?»€](\s|$)|« |'|\d h\b")
    screens = [(sentence.place, sentence.singular) for sentence in messages.sentences()]
    assert [text for place, text in screens if "sms.txt" not in place and odd.search(text)] == []


def test_french_elides_before_no_name():
    """« Que Anna » is no French: a name may begin with a vowel, so no word that would be cut stands before one."""
    cut = re.compile(r"\b(?:[dlmstjn]e|la|que|\w+sque|quoique) (?:%\(|{)(\w+)[)}]", re.IGNORECASE)
    figures = {"amount", "asked", "budget", "day", "days", "least", "moment", "phone", "sent", "since"}
    texts = [sentence.singular + sentence.plural for sentence in messages.sentences()]
    texts += [words["fr"] for words in consents.WORDINGS.values()]
    assert [text for text in texts if set(cut.findall(text)) - figures] == []


def test_tags_are_the_same_in_both_languages():
    tag = re.compile(r"</?\w+[^>]*>|&\w+;")
    assert [text for _file, original, text in entries() if tag.findall(original) != tag.findall(text)] == []


def test_english_text_messages_stay_in_the_plain_alphabet():
    texts = [text for file, _original, text in entries() if file.endswith("sms.txt")]
    assert len(texts) > 10
    assert [text for text in texts if not text.isascii() or not gsm7.cost(text).is_gsm7] == []


def test_french_text_messages_keep_every_accent_their_alphabet_has():
    """Neither « deja » nor « fête »: a text is right as it is written, and loses nothing on its way."""
    screens, texts = set[str](), []
    for sentence in messages.sentences():
        if "sms.txt" in sentence.place:
            texts.append(sentence.singular)
        else:
            screens.update(WORD.findall(sentence.singular.lower()))
    assert len(texts) > 10
    assert [text for text in texts if gsm7.normalize(text) != text] == []
    bare = {"".join(part for part in unicodedata.normalize("NFD", word) if part.isascii()) for word in screens}
    words = {word for text in texts for word in WORD.findall(text.lower()) if word.isascii()}
    assert words & bare - screens == set()


def test_an_update_keeps_translations_adds_new_sentences_and_drops_the_gone():
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Fleur", msgstr="Flower"))
    old.append(polib.POEntry(msgid="Parti", msgstr="Gone"))
    one, many = messages.english([ONE, MANY], old)
    assert (one.msgid, one.msgstr, one.occurrences) == ("Fleur", "Flower", [("a.py", "")])
    assert (many.msgid, many.msgstr_plural, many.flags) == ("%(n)s fleur", {0: "", 1: ""}, ["python-format"])


def test_only_sentences_that_count_are_in_the_french_catalog():
    assert [entry.msgstr_plural for entry in messages.french([ONE, MANY])] == [{0: "%(n)s fleur", 1: "%(n)s fleurs"}]


def test_an_indented_template_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(
        '<ul>\n    <li>\n  {% translate "Fleur" %}</li>\n'
        "      {% blocktranslate trimmed count n=2 %}\n"
        "  {{ n }} fleur{% plural %}{{ n }} fleurs{% endblocktranslate %}\n"
    )
    monkeypatch.setattr(messages, "CHECKOUT", tmp_path)
    monkeypatch.setattr(tools, "CHECKOUT", tmp_path)
    assert [(s.singular, s.plural) for s in messages.sentences()] == [("Fleur", ""), ("%(n)s fleur", "%(n)s fleurs")]


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "0 message sera renvoyé."), ("en", "0 messages will be sent again.")]
)
def test_none_is_singular_in_french_and_plural_in_english(language: str, words: str):
    with translation.override(language):
        assert ngettext("%d message sera renvoyé.", "%d messages seront renvoyés.", 0) % 0 == words


# --- Money, days, hours ------------------------------------------------------------------------------------------
@time_machine.travel(datetime(2027, 1, 15, 12, tzinfo=PARIS), tick=False)
def test_money_days_and_hours_follow_the_language():
    moment = datetime(2027, 2, 14, 9, 5, tzinfo=PARIS)
    with translation.override("en"):
        assert (tags.euros(4500), tags.euros(123456), tags.euros(-500)) == ("€45.00", "€1,234.56", "−€5.00")
        assert (tags.day(moment), tags.moment(moment)) == ("Sunday 14 February", "Sunday 14 February at 9:05")
        assert tags.half_day("morning") == "morning (8:00–13:00)"
    with translation.override("fr"):
        assert tags.euros(4500) == "45,00\u00a0€"
        assert tags.moment(moment) == "dimanche 14 février à 9\u00a0h\u00a005"
        assert tags.half_day("morning") == "le matin (8\u00a0h\u00a0à\u00a013\u00a0h)"
        assert tags.half_day("afternoon") == "l’après-midi (13\u00a0h\u00a0à\u00a019\u00a0h)"


# --- Pages -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_home_page_answers_in_english(client: Client):
    answer = client.get("/", headers=ENGLISH)
    assert '<html lang="en">' in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]
    assert "Send flowers, even without knowing the address" in text_of(answer)
    assert '<html lang="fr">' in client.get("/", headers={"Accept-Language": "de"}).content.decode()


@pytest.mark.django_db
def test_prices_are_written_in_the_language_of_each_visitor(client: Client):
    make_product(prices=(4500, 5500, 8500))
    versions.bump()
    for headers, price in ((ENGLISH, "from €45.00"), ({}, "dès 45,00 €"), (ENGLISH, "from €45.00")):
        assert price in text_of(client.get("/bouquets/", headers=headers))


@pytest.mark.django_db
def test_opening_page_answers_in_english():
    words = text_of(Browser().get(links.path(make_invited().link()), headers=ENGLISH))
    assert "Someone is sending you flowers, already paid for." in words
    assert "Nothing to pay. Your address will never be shown to the sender." in words
    assert "Is this a scam?" in words


@pytest.mark.django_db
def test_gift_page_says_as_little_in_english():
    browser = Browser()
    browser.cookies["langue"] = "en"
    page = browser.open_gift(make_invited()).content.decode()
    screen = page[page.index("data-first-screen") :].partition("</section>")[0].partition(">")[2]
    counted = text_of_html(re.sub(r"<p[^>]*data-note.*?</p>", " ", screen, flags=re.S))
    assert counted == (
        "Camille is sending you these flowers You pay nothing. Camille will never see your address. Accept Decline"
    )


def text_of_html(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.django_db
def test_the_switch_changes_the_language_and_stays_on_the_page():
    browser = Browser()
    answer = browser.submit("/langue/setlang/", page="/aide/", language="en", next="/aide/")
    assert (answer.status_code, answer["Location"]) == (302, "/aide/")
    assert '<html lang="en">' in browser.get("/aide/").content.decode()
    browser.submit("/langue/setlang/", page="/aide/", language="fr", next="/aide/")
    assert '<html lang="fr">' in browser.get("/aide/", headers=ENGLISH).content.decode()


# --- Messages ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["email", "sms", "twitter_dm"])
def test_an_invitation_speaks_the_language_of_the_order(channel: str):
    claim = make_started(channel)
    message = invitation_of(claim)
    message.language = "en"
    text = rendering.render(message).text
    assert "Camille is sending you flowers, already paid for." in text
    assert "your address will never be shown to the sender." in text
    assert not re.search("«|offre|payer|adresse|r[ée]ponse|suivre|contacté|pr[ée]f[ée]r", text)
