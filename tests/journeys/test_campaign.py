"""The Monday before Mother's Day: a file of two thousand contacts, two versions, a test, a pause, STOPs, orders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from interflora.lib import clock
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.hands import Keys, read
from tests.journeys.inspect import inspect
from tests.journeys.stack import JourneyStack, wait_for

PEOPLE = 2_000
NAMES = ("Anaïs", "François", "Chloé", "Jean-Baptiste", "")
AGREED = "J’accepte de recevoir par SMS les offres d’Interflora, que je peux arrêter à tout moment."
CLICKS = 6  # of B against none of A, of about ninety-five each: more than 95 chances of 100
OLD, NEW = "vos pivoines sont la", "offrez des pivoines"
VERSIONS = (f"Bonjour {{prenom|a vous}}, {OLD} : {{lien}}", f"{{prenom|Bonjour}}, {NEW} a votre mere : {{lien}}")
BUYERS = 2
SPEED = "200"  # texts a second: the rest still takes long enough to be stopped on its way


def phone_of(number: int) -> str:
    return f"+3366100{number:04d}"


def file_of_contacts(agreed: date) -> bytes:
    """As Excel writes it: semicolons, Windows' letters, and what Excel does to numbers."""
    lines = ["Mobile;Prénom;Date du consentement;Source;Texte montré"]
    proof = f"{agreed:%d/%m/%Y} 10:15;Jeu concours;{AGREED}"
    lines += [f"{phone_of(one)};{NAMES[one % len(NAMES)]};{proof}" for one in range(PEOPLE)]
    lines += [f"6,12E+08;Zoé;{proof}", f"01 42 68 53 00;Zoé;{proof}", f"{phone_of(0)};Zoé;{proof}"]
    return "\r\n".join(lines).encode("cp1252")


def at_both_widths(page: Page, name: str) -> None:
    """On a telephone and on a desk; the page does not change meanwhile."""
    for width in (PHONE["width"], DESK["width"]):
        page.set_viewport_size({"width": width, "height": DESK["height"]})
        inspect(page, name)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def figure(page: Page, words: str) -> Locator:
    """The figure that stands beside these words."""
    return page.get_by_role("main").locator("dt", has_text=words).locator("xpath=following-sibling::dd[1]").first


def go(page: Page, stack: JourneyStack, path: str) -> None:
    page.goto(f"{stack.backoffice_url}gestion/notifications/{path}")


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def skip_the_menus(page: Page) -> None:
    """The first stop of the keyboard on each page."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def raise_the_speed(page: Page, stack: JourneyStack) -> None:
    """Who administers lets the route of campaigns take more, so that this ends today."""
    steps.enter_back_office(page, stack, "admin")
    go(page, stack, "route/")
    page.get_by_role("row", name=re.compile("FR campagnes")).get_by_role("link").first.click()
    page.get_by_label("SMS facturés par seconde").fill(SPEED)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()


def import_contacts(page: Page, stack: JourneyStack) -> None:
    go(page, stack, "contact/")
    at_both_widths(page, "contacts")
    page.get_by_role("link", name="Importer…").click()
    at_both_widths(page, "import")
    a_month_ago = clock.paris(stack.now() - timedelta(days=30)).date()
    page.get_by_label("Fichier CSV").set_input_files(
        {"name": "concours.csv", "mimeType": "text/csv", "buffer": file_of_contacts(a_month_ago)}
    )
    press(page, "Voir ce que l’import ferait")
    expect(figure(page, "nouveaux")).to_have_text(str(PEOPLE))
    expect(figure(page, "refusées")).to_have_text("2")
    expect(figure(page, "en double")).to_have_text("1")
    expect(page.get_by_role("region", name="Lignes à regarder")).to_contain_text("Excel a arrondi ce numéro")
    at_both_widths(page, "import-shown")
    press(page, f"Importer les {PEOPLE} contacts")
    expect(page.locator(".messagelist")).to_contain_text(f"Contacts créés : {PEOPLE}")


def build_segment(page: Page, stack: JourneyStack) -> None:
    go(page, stack, "segment/")
    page.get_by_role("link", name=re.compile("Ajouter")).last.click()
    page.get_by_role("textbox", name="Nom").fill("Jamais venus")
    page.get_by_label("ceux qui n’ont jamais acheté").check()
    expect(page.locator("[data-segment-people]")).to_have_text(f"{PEOPLE} personnes")
    at_both_widths(page, "segment")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text(f"{PEOPLE} personnes")


def compose(keys: Keys, stack: JourneyStack) -> str:
    """With the keyboard alone, up to the page of cost; the address of the campaign."""
    page = keys.page
    go(page, stack, "campaign/")
    go(page, stack, "campaign/add/")
    form = page.get_by_role("main")
    skip_the_menus(page)
    for label, text in (
        ("Nom", "Pivoines de mai"),
        ("Segment", "Jamais venus"),
        ("Page du lien", "/bouquets/rouge-opera/"),
        ("Budget maximal", "400"),
        ("Part du test", "10"),
        ("Durée du test", "30"),
        ("Groupe témoin", "5"),
    ):
        field = form.get_by_label(re.compile(f"^{label}")).first
        keys.reach(field)
        if label != "Segment":
            page.keyboard.press("Control+A")
        page.keyboard.type(text)
    for field, text in zip(form.get_by_label("Texte").all(), VERSIONS, strict=False):
        keys.reach(field)
        page.keyboard.type(text)
        expect(page.locator("[data-sms-cost]")).to_contain_text("1 SMS par personne")
        expect(page.locator("[data-sms-people]")).to_contain_text(f"{PEOPLE} personnes")
    at_both_widths(page, "composer")
    save = form.get_by_role("button", name="Enregistrer et continuer")
    keys.reach(save)
    page.keyboard.press("Enter")
    expect(page.locator(".sms-bubble").first).to_contain_text("STOP")
    at_both_widths(page, "draft")
    address = page.url
    skip_the_menus(page)
    keys.follow("Coût et approbation…")
    at_both_widths(page, "cost")
    skip_the_menus(page)
    keys.press("Approuver")
    expect(page.locator(".messagelist")).to_contain_text("doit être approuvée par une autre personne")
    return address


def approve(page: Page, stack: JourneyStack, address: str) -> None:
    """The second person: who, how much, when; then today, for no Sunday is let through."""
    page.goto(address)
    page.get_by_role("link", name="Coût et approbation…").click()
    expect(figure(page, "Recevront le SMS")).to_have_text(str(PEOPLE))
    expect(page.get_by_role("main")).to_contain_text("Dans le budget de 400,00 €")
    expect(page.get_by_role("main")).to_contain_text("Parmi elles, 5 % ne recevront rien")
    press(page, "Approuver")
    page.get_by_role("link", name="Programmer…").click()
    slots = page.get_by_role("group", name="Départ").get_by_role("radio")
    assert slots.count() >= 8
    for label in page.get_by_role("group", name="Départ").locator("label").all_inner_texts():
        assert "dimanche" not in label
    at_both_widths(page, "schedule")
    sunday = clock.paris(stack.now() + timedelta(days=7))
    sunday -= timedelta(days=sunday.isoweekday() % 7)
    page.get_by_label("À un autre moment").check()
    page.get_by_label("Autre date et heure").fill(f"{sunday:%Y-%m-%dT10:00}")
    press(page, "Programmer")
    expect(page.locator(".errorlist")).to_contain_text("du lundi au samedi")
    at_both_widths(page, "schedule-refused")
    page.get_by_label("Maintenant").check()
    press(page, "Programmer")
    expect(page.locator(".messagelist")).to_contain_text("La campagne est programmée")
    at_both_widths(page, "scheduled")


def texts_of(stack: JourneyStack) -> list[dict[str, Any]]:
    return [one for one in stack.standins.messages("sms") if OLD in one["text"] or NEW in one["text"]]


def is_delivered(stack: JourneyStack) -> bool:
    """Whether every text of the test has its last news."""
    done = "select count(*) > 0 and count(*) = count(*) filter (where status = 'delivered')"
    return bool(stack.one(f"{done} from notifications_campaignmessage where \"group\" = 'test'"))


def follow_and_buy(stack: JourneyStack, person: Callable[..., Page], texts: list[dict[str, Any]]) -> None:
    """Each opens their link; the first ones buy what they find there, with the number that received the text."""
    for number, text in enumerate(texts):
        visitor = person()
        visitor.goto(steps.link_in(text, "/s/"))
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Rouge Opéra")
        if number < BUYERS:
            steps.take_bouquet(visitor)
            steps.give_address(visitor)
            steps.write_card(visitor)
            steps.give_details(visitor, f"acheteur{number}@exemple.fr", marketing_phone=text["to"])
            steps.pay(visitor)
    credited = "select count(*) from notifications_purchase where credited_to_id is not null"
    wait_for(lambda: stack.one(credited) == BUYERS)


def say_stop(stack: JourneyStack, phones: list[str]) -> None:
    known: int = stack.one("select count(*) from notifications_stopentry")
    for phone in phones:
        stack.standins.text_in(phone, "Arrêt !")
    wait_for(lambda: stack.one("select count(*) from notifications_stopentry") == known + len(phones))


def results_of(page: Page, version: str) -> list[str]:
    """The line of a version: planned, sent, delivered, clicks, orders, revenue…"""
    row = page.get_by_role("table", name="Résultats par version").get_by_role("row")
    return row.filter(has=page.get_by_role("rowheader", name=version, exact=True)).get_by_role("cell").all_inner_texts()


def test_two_thousand_people_two_versions_one_winner(stack: JourneyStack, person: Callable[..., Page]) -> None:
    raise_the_speed(person(DESK), stack)
    author, second = person(DESK), person(DESK)
    steps.enter_back_office(author, stack, "marketing")
    steps.enter_back_office(second, stack, "marketing2")
    import_contacts(author, stack)
    build_segment(author, stack)
    keys = Keys(author)
    address = compose(keys, stack)
    approve(second, stack, address)

    # The test leaves; nobody reloads the page.
    author.goto(address)
    words, results = author.locator("[data-run-words]"), author.get_by_role("table", name="Résultats par version")
    expect(words).to_contain_text("Le test est en cours", timeout=30_000)
    wait_for(lambda: is_delivered(stack))
    tested = texts_of(stack)
    expect(figure(author, "Remis, sans réponse")).to_have_text("0")
    expect(results).to_contain_text(re.compile(rf"Ensemble\s+{PEOPLE}\s+{len(tested)}\s"), timeout=15_000)
    at_both_widths(author, "testing")

    # Six who got B follow its link, and two of them buy; one who got A refuses any other.
    read(keys)
    follow_and_buy(stack, person, [one for one in tested if NEW in one["text"]][:CLICKS])
    opposed = next(one["to"] for one in tested if OLD in one["text"])
    say_stop(stack, [opposed])

    # Half an hour later the winner goes to the rest, and is stopped on its way with the keyboard.
    stack.let_go_by(timedelta(minutes=31))
    expect(words).to_contain_text("fin prévue", timeout=40_000)
    expect(author.get_by_role("main")).to_contain_text("La version B est la meilleure")
    skip_the_menus(author)
    keys.press("Mettre en pause")
    expect(words).to_have_text("En pause : plus rien ne part.")
    wait_for(lambda: not stack.one("select count(*) from notifications_campaignmessage where status = 'sending'"))
    gone = len(texts_of(stack))
    assert len(tested) < gone < PEOPLE * 9 // 10

    # Meanwhile three whose turn would have come refuse.
    left = "select phone from notifications_campaignmessage where status = 'queued' order by id desc limit 3"
    waiting = [phone for (phone,) in stack.sql(left)]
    say_stop(stack, waiting)
    author.reload()
    at_both_widths(author, "paused")
    assert len(texts_of(stack)) == gone
    skip_the_menus(author)
    keys.press("Reprendre")
    expect(words).to_have_text("Terminée.", timeout=60_000)
    author.reload()
    at_both_widths(author, "results")

    # Once each, B to all the rest, nothing to who refused before nor to those set apart.
    texts = texts_of(stack)
    received = Counter(one["to"] for one in texts)
    apart: int = stack.one("select count(*) from notifications_campaignmessage where \"group\" = 'holdout'")
    assert 0 < apart < PEOPLE // 10
    assert (set(received.values()), len(received)) == ({1}, PEOPLE - apart - len(waiting))
    assert not set(waiting) & set(received)
    assert all(NEW in one["text"] for one in texts[len(tested) :])
    expect(figure(author, "Prévus")).to_have_text(str(PEOPLE))
    expect(figure(author, "groupe témoin")).to_have_text(str(apart))
    expect(figure(author, "ont dit STOP")).to_have_text(str(len(waiting)))
    of_a = sum(OLD in one["text"] for one in texts)
    assert results_of(author, "A")[:5] == [str(of_a)] * 3 + ["0", "0"]
    assert results_of(author, "B")[3:6] == [str(CLICKS), str(BUYERS), "129,80\u00a0€"]
    assert results_of(author, "Ensemble")[:2] == [str(PEOPLE), str(len(received))]
    go(author, stack, "campaign/")
    expect(author.locator("#result_list")).to_contain_text(f"{len(received)} / {PEOPLE}")
    at_both_widths(author, "campaigns-end")
