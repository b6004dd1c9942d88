"""« Se connecter à X » over HTTP: to X and back, every way it can fail, and what the recipient reads."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import reverse
from pytest_django import Settings

from addressless import invitations, signatures
from addressless.models import Claim
from interflora.lib import links
from notifications.transports import twitter_dm
from notifications.transports.twitter_dm import Person
from orders.models import Order
from tests.addressless.factories import make_draft, make_invited, pay
from tests.addressless.pages import Browser, text_of, url
from tests.orders.factories import make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
DETAILS = "/commande/vous/"
TYPED = {"first_name": "Camille", "name": "", "email": "camille@", "phone": "06 12"}


class Sender(Browser):
    """Somebody giving a bouquet to an unknown address, on the page of their details."""

    def __init__(self, channel: str = "email", **contact: str) -> None:
        super().__init__()
        self.submit(reverse("orders:cart_add"), page="/panier/", variant=make_variant().pk)
        contact = contact or {"email": "lou@belle-adresse.example"}
        self.submit(url("gift"), page=url("delivery_step"), channel=channel, **contact)

    def submit(self, path: str, **more: Any) -> Any:
        return super().submit(path, headers={"Origin": "http://testserver"}, **more)

    @property
    def claim(self) -> Claim:
        return Claim.objects.get(order__public_id=self.session["order"])

    def leave(self, **typed: str) -> Any:
        """Press « Se connecter à X » in the details form; returns the page that leads there."""
        answer = self.submit(url("signature"), page=DETAILS, **(TYPED | typed))
        assert (answer.status_code, answer["Location"]) == (302, url("signature"))
        return self.get(url("signature"))

    def address(self, page: Any = None) -> str:
        """The link to X on the page."""
        body = (page or self.get(url("signature"))).content.decode()
        return html.unescape(re.findall(r'href="(http://127\.0\.0\.1:\d+/x/i/[^"]+)"', body)[0])

    def come_back(self, back: str) -> Any:
        """Follow X's redirect; returns the page it ends on."""
        assert back.startswith("http://testserver/commande/vous/x/retour/?")
        return self.get(back.removeprefix("http://testserver"), follow=True)

    def sign(self) -> Any:
        return self.submit(url("signature_sign"), page=url("signature"))


@pytest.fixture
def sender(standins: StandIns) -> Sender:
    return Sender()


def kept(page: Any) -> list[str]:
    """What stands in the fields of the details form."""
    body = page.content.decode()
    tags = [re.search(rf'<input[^>]*name="{name}"[^>]*>', body) for name in TYPED]
    values = [re.search(r'value="([^"]*)"', tag.group()) for tag in tags if tag]
    return [value.group(1) if value else "" for value in values]


def signature_of(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.signature


def test_both_ways_to_sign_stand_on_the_details_page(sender: Sender) -> None:
    page = sender.get(DETAILS)
    assert "Vous signez de votre prénom" in text_of(page)
    assert f'formaction="{url("signature")}">Se connecter à X</button>' in page.content.decode()


def test_enter_in_a_field_orders_and_does_not_leave_for_x(sender: Sender) -> None:
    body = sender.get(DETAILS).content.decode()
    form = body[body.index(f'action="{DETAILS}"') :]
    first = re.findall(r"<button[^>]*>", form)[0]
    assert "formaction" not in first
    assert 'tabindex="-1" aria-hidden="true"' in first


def test_a_sender_signs_as_a_verified_account(sender: Sender, standins: StandIns) -> None:
    page = sender.leave()
    assert "Continuer sur X" in text_of(page)
    shown = sender.come_back(standins.x_consent(sender.address(page), "Camille_Flo"))
    assert "La personne lira : « @Camille_Flo, compte X vérifié, vous offre ces fleurs »." in text_of(shown)
    assert signature_of(sender.claim) == ""  # coming back is a GET: it signs nothing
    answer = sender.sign()
    assert (answer.status_code, answer["Location"]) == (302, DETAILS)
    account = twitter_dm.look_up("camille_flo")
    assert account is not None
    assert (sender.claim.sender_x_id, sender.claim.sender_x_handle) == (account.user_id, "Camille_Flo")
    details = sender.get(DETAILS)
    assert "La personne lira : « @Camille_Flo, compte X vérifié, vous offre ces fleurs »." in text_of(details)
    assert kept(details) == list(TYPED.values())


def test_nothing_of_the_token_stays_in_the_session(sender: Sender, standins: StandIns) -> None:
    back = standins.x_consent(sender.address(sender.leave()))
    sender.come_back(back)
    assert sender.session["x_found"].keys() == {"order", "user_id", "handle"}
    assert "x_started" in sender.session  # a fresh departure, for « ce n'est pas le bon compte »
    assert parse_qs(urlsplit(back).query)["state"][0] not in str(dict(sender.session))
    sender.sign()
    assert "x_found" not in sender.session


def test_the_page_leads_to_x_by_a_link_and_says_what_is_read(sender: Sender) -> None:
    page = sender.leave()
    assert "nous lisons le nom et le numéro du vôtre, rien d’autre" in text_of(page)
    assert parse_qs(urlsplit(sender.address(page)).query)["scope"] == ["tweet.read users.read"]
    assert page["Cache-Control"] == "no-store, private"
    policy = page["Content-Security-Policy"]
    assert "twitter.com" not in policy
    assert "x.com" not in policy


def test_reloading_the_page_keeps_the_departure(sender: Sender, standins: StandIns) -> None:
    first = sender.address()
    assert sender.address() == first
    assert "@camille_flo" in text_of(sender.come_back(standins.x_consent(first)))


# --- Dead ends
@pytest.mark.parametrize(
    ("do", "sentence"),
    [
        ("deny", "Vous n’avez pas donné votre accord sur X."),
        ("late", "Cette connexion à X n’est plus valable"),
        ("forged", "Cette connexion à X n’est plus valable"),
        ("codeless", "Cette connexion à X n’est plus valable"),
    ],
)
def test_coming_back_without_a_name_is_said_kindly(sender: Sender, standins: StandIns, do: str, sentence: str) -> None:
    page = sender.come_back(standins.x_consent(sender.address(sender.leave()), do=do))
    assert sentence in text_of(page)
    assert "Continuer sur X" in text_of(page)
    assert sender.sign()["Location"] == url("signature")
    assert signature_of(sender.claim) == ""
    assert kept(sender.get(DETAILS)) == list(TYPED.values())


@pytest.mark.parametrize("operation", ["oauth2.token", "users.me"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 503},
        {"kind": "error", "status": 429},
        {"kind": "drop_before_effect"},
        {"kind": "garbage"},
    ],
)
def test_x_s_bad_day_loses_nothing(sender: Sender, standins: StandIns, operation: str, fault: dict[str, Any]) -> None:
    back = standins.x_consent(sender.address(sender.leave()))
    standins.fault(provider="x", operation=operation, **fault)
    page = sender.come_back(back)
    assert "X ne répond pas en ce moment." in text_of(page)
    assert kept(sender.get(DETAILS)) == list(TYPED.values())
    assert "@camille_flo" in text_of(sender.come_back(standins.x_consent(sender.address())))


def test_a_slow_x_is_given_up(sender: Sender, standins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twitter_dm, "PAGE_SECONDS", 0.2)
    back = standins.x_consent(sender.address())
    standins.fault(provider="x", operation="oauth2.token", kind="slow", seconds=1)
    assert "X ne répond pas en ce moment." in text_of(sender.come_back(back))


def test_a_return_sent_again_names_nobody(sender: Sender, standins: StandIns) -> None:
    back = standins.x_consent(sender.address())
    sender.come_back(back)
    sender.sign()
    again = sender.come_back(back)
    assert "Cette connexion à X n’est plus valable" in text_of(again)
    assert [one["operation"] for one in standins.requests("x")].count("oauth2.token") == 1
    assert signature_of(sender.claim) == "@camille_flo"


def test_somebody_else_s_return_signs_nothing(sender: Sender, standins: StandIns) -> None:
    """An attacker consents with an account of theirs and has the sender's browser follow that return."""
    attacker = Sender(email="noe@belle-adresse.example")
    mine, theirs = sender.address(), attacker.address()
    back = standins.x_consent(theirs, "mallory")
    assert "Cette connexion à X n’est plus valable" in text_of(sender.come_back(back))
    assert "x_found" not in sender.session
    assert [one["operation"] for one in standins.requests("x")].count("oauth2.token") == 0
    # The real return still counts afterwards.
    assert "@camille_flo" in text_of(sender.come_back(standins.x_consent(mine)))


def test_a_found_account_belongs_to_its_order(sender: Sender, standins: StandIns) -> None:
    sender.come_back(standins.x_consent(sender.address()))
    other = make_draft("sms")
    session = sender.session
    session["order"] = other.order.public_id
    session.save()
    assert sender.sign()["Location"] == url("signature")
    assert signature_of(other) == ""


def test_a_browser_without_the_order_is_told_where_it_is(sender: Sender, standins: StandIns) -> None:
    back = standins.x_consent(sender.address())
    page = Browser().get(back.removeprefix("http://testserver"))
    assert page.status_code == 403
    assert "Revenez à la fenêtre où vous commandiez" in text_of(page)
    assert page["Cache-Control"] == "no-store, private"


def test_too_many_returns_wait_a_little(sender: Sender, standins: StandIns) -> None:
    for _ in range(20):
        sender.come_back(standins.x_consent(sender.address()))
    asked = standins.requests("x")[-1]["seq"]
    page = sender.come_back(standins.x_consent(sender.address()))
    assert "attendez quelques minutes" in text_of(page)
    assert [one["operation"] for one in standins.requests("x", since=asked)] == ["oauth2.authorize"]


def test_a_service_s_name_is_refused_kindly(sender: Sender, standins: StandIns) -> None:
    sender.come_back(standins.x_consent(sender.address(), "LaPosteFR"))
    page = sender.get(sender.sign()["Location"])
    assert "Le nom de ce compte se lit comme celui d’un service." in text_of(page)
    assert signature_of(sender.claim) == ""


# --- Dropping, and where it is not offered
def test_a_signature_is_dropped_before_paying_and_what_is_typed_stays(sender: Sender, standins: StandIns) -> None:
    sender.come_back(standins.x_consent(sender.address(sender.leave())))
    sender.sign()
    typed = TYPED | {"name": "Martin"}
    answer = sender.submit(url("signature_drop"), page=DETAILS, **typed)
    assert answer["Location"] == DETAILS
    page = sender.get(DETAILS)
    assert "Se connecter à X" in text_of(page)
    assert kept(page) == list(typed.values())
    claim = sender.claim
    assert (claim.sender_x_id, claim.sender_x_handle, claim.sender_x_verified_at) == ("", "", None)


def test_a_signed_gift_may_be_unsigned_on_its_own_page_too(sender: Sender, standins: StandIns) -> None:
    sender.come_back(standins.x_consent(sender.address()))
    sender.sign()
    assert "Ce cadeau est signé @camille_flo" in text_of(sender.get(url("signature")))
    sender.submit(url("signature_drop"), page=url("signature"))
    assert signature_of(sender.claim) == ""


def test_sending_the_details_ends_the_waiting(sender: Sender) -> None:
    sender.leave()
    total = str(Order.objects.get().total_cents)
    good = {"first_name": "Camille", "name": "Martin", "email": "camille@martin.example", "phone": ""}
    assert sender.submit(DETAILS, **good, shown_cents=total)["Location"].startswith("http://127.0.0.1")
    assert "details" not in sender.session
    assert kept(sender.get(DETAILS)) == list(good.values())


def test_what_is_typed_waits_without_the_consent_box(sender: Sender) -> None:
    sender.leave(marketing="on")
    assert "checked" not in sender.get(DETAILS).content.decode()


@pytest.mark.parametrize("name", ["signature_sign", "signature_drop"])
def test_signing_and_dropping_are_posts(sender: Sender, name: str) -> None:
    assert sender.get(url(name)).status_code == 405
    assert sender.post(url(name)).status_code == 403  # no token of a form


@pytest.mark.parametrize("name", ["signature", "signature_sign", "signature_drop"])
def test_without_an_order_every_step_leads_to_the_cart(standins: StandIns, name: str) -> None:
    browser = Sender()
    del browser.cookies["boutique"]
    call = browser.get if name == "signature" else lambda path: browser.submit(path, page="/panier/")
    assert call(url(name))["Location"] == "/panier/"


def test_without_x_s_keys_nothing_is_offered(sender: Sender, settings: Settings) -> None:
    settings.X_CLIENT_ID = ""
    assert "Se connecter à X" not in text_of(sender.get(DETAILS))
    assert sender.get(url("signature"))["Location"] == DETAILS
    assert "formaction" not in sender.get(DETAILS).content.decode()


@pytest.mark.parametrize(
    ("channel", "contact"),
    [("sms", {"phone": "0612345678"}), ("twitter_dm", {"handle": "lou_fleurs"}), ("personal_link", {"x": ""})],
)
def test_every_channel_offers_the_same(standins: StandIns, channel: str, contact: dict[str, str]) -> None:
    assert "Se connecter à X" in text_of(Sender(channel, **contact).get(DETAILS))


def test_in_english_too(sender: Sender) -> None:
    page = sender.get(url("signature"), headers={"Accept-Language": "en"})
    assert "Sign with your X account" in text_of(page)
    assert "Continue on X" in text_of(page)


# --- What the recipient reads
LONGEST = "Marie_Madeleine"


def signed_gift(handle: str = "camille_flo") -> Claim:
    claim = make_invited()
    Claim.objects.filter(pk=claim.pk).update(
        sender_x_id="4242", sender_x_handle=handle, sender_x_verified_at=claim.created_at
    )
    claim.refresh_from_db()
    return claim


def test_the_opening_page_names_nobody() -> None:
    body = Browser().get(links.path(signed_gift().link())).content.decode()
    assert "camille_flo" not in body.lower()
    assert "Camille" not in body


def test_the_gift_page_says_verified_and_what_that_means() -> None:
    words = text_of(Browser().open_gift(signed_gift()))
    assert "@camille_flo, compte X vérifié, vous offre ces fleurs" in words
    assert "@camille_flo ne verra jamais votre adresse" in words
    assert "@camille_flo nous a donné votre adresse e-mail" in words
    assert "Le compte @camille_flo est bien celui de la personne" in words
    assert "La personne se présente comme « Camille »" in words


def test_without_a_proof_the_page_says_only_how_somebody_presents_themselves() -> None:
    words = text_of(Browser().open_gift(make_invited()))
    assert "Camille vous offre ces fleurs" in words
    assert "La personne se présente comme « Camille »" in words
    assert "vérifié" not in words


@pytest.mark.parametrize("handle", ["", LONGEST])
def test_the_first_screen_has_at_most_forty_five_words(handle: str) -> None:
    claim = signed_gift(handle) if handle else make_invited()
    body = Browser().open_gift(claim).content.decode()
    screen = re.findall(r"<section[^>]*data-first-screen>(.*?)</section>", body, re.S)[0]
    counted = re.sub(r"<p[^>]*data-note>.*?</p>", " ", screen, flags=re.S)
    assert len(re.sub(r"<[^>]+>", " ", counted).split()) <= 45


def test_the_pages_that_follow_name_the_account() -> None:
    browser = Browser()
    browser.open_gift(signed_gift())
    assert "@camille_flo" in text_of(browser.get(url("claim_decline")))


def test_a_signature_taken_at_checkout_reaches_the_sender_s_page() -> None:
    claim = make_draft()
    signatures.sign(claim.pk, Person("4242", "camille_flo"))
    pay(claim.order)
    invitations.start(claim.pk)
    page = Browser().get(url("gift_status", links.token(claim.order.link())))
    assert "Signé @camille_flo, compte X vérifié." in text_of(page)


def test_a_forged_query_reaches_no_page(sender: Sender) -> None:
    sender.get(url("signature"))
    query = urlencode({"state": "<script>", "error": "access_denied", "error_description": "Appelez le 0 899"})
    page = sender.get(f"{url('signature_return')}?{query}", follow=True)
    assert "0 899" not in text_of(page)
