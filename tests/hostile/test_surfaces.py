"""What passes the screening is text wherever it is shown: a page keeps its tags, a message carries none of it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from addressless import invitations, letters, reports
from addressless.models import ReportReason
from florists import address_keys, deliveries
from florists.models import Delivery
from interflora.lib import links, wording
from notifications.models import Message
from notifications.rendering import render
from orders.forms import CardForm
from orders.models import Order
from tests.addressless.factories import invitation_of, make_draft, make_invited, pay
from tests.addressless.pages import Browser, url
from tests.florists.factories import in_charge, make_accepted, make_florist
from tests.hostile import corpus
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
KIND = "Bonjour Lou"


class _Skeleton(HTMLParser):
    """Tags with their attributes, and the words between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[object] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append(" ")
        else:
            self.tags.append((tag, sorted(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append(decl)

    def handle_pi(self, data: str) -> None:
        self.tags.append("instruction")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def taken_apart(page: bytes | str) -> tuple[list[object], str]:
    parser = _Skeleton()
    parser.feed(page.decode() if isinstance(page, bytes) else page)
    parser.close()
    return parser.tags, " ".join("".join(parser.words).split())


def batches() -> Iterator[str]:
    """The inert strings, as many on one card as it holds."""
    card = ""
    for text in corpus.INERT:
        shown = wording.screen_message(text)
        longer = f"{card} – {shown}" if card else shown
        if len(longer) > wording.MESSAGE_LIMIT:
            yield card
            longer = shown
        card = longer
    yield card


CARDS = list(batches())


def assert_inert(show: dict[str, str], card: str, plain: dict[str, tuple[list[object], str]]) -> None:
    """Each page has the tags it has with a kind card, and the very words of this one."""
    for name, page in show.items():
        tags, words = taken_apart(page)
        assert tags == plain[name][0], name
        assert " ".join(card.split()) in words, name


def test_the_cards_hold_the_whole_corpus() -> None:
    whole = "".join(CARDS)
    assert all(wording.screen_message(text) in whole for text in corpus.INERT)
    assert all(wording.screen_message(card) == card for card in CARDS)


def test_a_card_is_only_text_on_the_pages_of_both_people() -> None:
    claim = make_invited()
    browser, sender = Browser(), Client()
    browser.open_gift(claim)

    def pages(card: str) -> dict[str, str]:
        deliveries.set_card(claim.order.delivery, card)
        sender_page = sender.get(links.path(claim.order.link()))
        assert sender_page.status_code == 200
        return {
            "gift": browser.get(url("claim_gift")).content.decode(),
            "order": sender_page.content.decode(),
        }

    plain = {name: taken_apart(page) for name, page in pages(KIND).items()}
    for card in CARDS:
        assert_inert(pages(card), card, plain)


@pytest.fixture
def staff(backoffice: Settings) -> Client:
    """Somebody who may see everything in the back office."""
    return sign_in(Client(), User.objects.create_superuser("tout"))


def test_a_card_is_only_text_for_the_florist_and_for_staff(staff: Client, address_key_dir: object) -> None:
    address_keys.rotate()
    make_florist()
    delivery = make_accepted()
    florist = Client()
    session = florist.session
    session["florist"] = in_charge(delivery).public_id
    session.save()

    def page(client: Client, path: str, card: str) -> str:
        Delivery.objects.filter(pk=delivery.pk).update(card_text=card)
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    rooms = (  # the sheet last: each reading of it adds a line to the page of staff
        (staff, reverse("admin:florists_delivery_change", args=[delivery.pk])),
        (florist, reverse("florists:card", args=[delivery.public_id])),
        (florist, reverse("florists:job", args=[delivery.public_id])),
    )
    for client, path in rooms:
        plain = {path: taken_apart(page(client, path, KIND))}
        for card in CARDS:
            assert_inert({path: page(client, path, card)}, card, plain)


def test_a_refused_card_comes_back_as_text_in_its_field_and_in_the_preview() -> None:
    """The preview and the field show what was typed, refused or not, and stay a preview and a field."""

    def shown(text: str) -> tuple[bool, list[object]]:
        form = CardForm({"text": text})
        is_valid = form.is_valid()
        context = {"form": form, "preview": form["text"].value(), "ready_texts": []}
        return is_valid, taken_apart(render_to_string("orders/_card_form.html", context))[0]

    plain = dict([shown(KIND), shown("exemple.fr")])
    for text in [text for texts in corpus.REFUSED.values() for text in texts] + corpus.INERT:
        is_valid, tags = shown(text)
        assert tags == plain[is_valid], ascii(text)


@pytest.mark.parametrize("channel", ["email", "sms", "twitter_dm"])
def test_no_first_contact_carries_a_word_of_the_card(channel: str) -> None:
    claim = make_draft(channel)
    deliveries.set_card(claim.order.delivery, "Un secret de jonquille")
    pay(claim.order)
    assert invitations.start(claim.pk)
    body = render(invitation_of(claim))
    assert "jonquille" not in "".join((body.subject, body.text, body.html))


@pytest.mark.parametrize("channel", ["email", "sms", "twitter_dm"])
def test_a_name_that_slipped_into_the_database_is_not_shown_in_a_first_contact(channel: str) -> None:
    """Whatever the column holds, the name is screened again where it is shown (I6, first contact)."""
    claim = make_draft(channel)
    pay(claim.order)
    assert invitations.start(claim.pk)
    message = invitation_of(claim)
    names = [*(name for names in corpus.NAMES.values() for name in names), *corpus.MARKUP]
    names = [name for name in names if name.strip() and len(name) <= 20]  # what the column takes
    for name in names:
        Order.objects.filter(pk=claim.order_id).update(sender_first_name=name.replace("\x00", ""))
        order = Order.objects.get(pk=claim.order_id)
        assert letters.shown_name(order) == "", ascii(name)
    Message.objects.filter(pk=message.pk).update(context={**message.context, "sender": ""})
    message.refresh_from_db()
    assert "Quelqu" in render(message).text


def test_every_text_stays_text_in_mails_to_the_sender() -> None:
    """Names and card of an order, in the confirmation: the HTML keeps its tags, the subject its one line."""
    claim = make_draft()
    order = pay(claim.order)
    message = Message.objects.filter(about=f"order:{order.public_id}", channel="email").latest("pk")
    kind = taken_apart(render(message).html)[0]
    for text in corpus.INERT:
        context = {**message.context, "first_name": wording.clean_text(text)}
        body = render(Message(template=message.template, channel="email", language="fr", context=context))
        assert taken_apart(body.html)[0] == kind, ascii(text)
        assert "\n" not in body.subject
        assert "\r" not in body.subject


def test_a_report_quotes_both_people_as_text_to_staff(request: pytest.FixtureRequest) -> None:
    claim = make_invited()
    reports.file(claim, ReportReason.CARD, KIND, card_text=KIND)
    report = claim.reports.get()
    staff: Client = request.getfixturevalue("staff")
    path = reverse("admin:addressless_report_change", args=[report.pk])

    def page(card: str) -> str:
        report.text = report.card_text = card
        report.save(update_fields=["text", "card_text"])
        answer = staff.get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    plain = {"report": taken_apart(page(KIND))}
    for card in CARDS:
        assert_inert({"report": page(card)}, card, plain)
