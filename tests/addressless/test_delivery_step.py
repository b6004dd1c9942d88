"""« Je ne connais pas l'adresse » at the checkout: the four doors, what is refused and how it is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from addressless import claims
from addressless.models import Claim
from interflora.lib import clock, crypto
from notifications import suppressions
from orders.models import Order
from tests.addressless.factories import age, make_invited
from tests.addressless.pages import text_of, url
from tests.orders.factories import make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db

NEUTRAL = "Ce contact ne peut pas être joint par ce canal."


@pytest.fixture
def shopper() -> Client:
    """Somebody with a bouquet in the basket."""
    client = Client()
    client.post(reverse("orders:cart_add"), {"variant": make_variant().pk})
    return client


def choose(client: Client, channel: str, **data: Any) -> Any:
    return client.post(url("gift"), {"channel": channel, **data})


def contact_of(claim: Claim) -> str:
    return crypto.decrypt(claim.contact_sealed) if claim.contact_sealed else ""


def test_step_shows_both_doors(shopper: Client) -> None:
    page = shopper.get(url("delivery_step"))
    words = text_of(page)
    assert "Je connais l’adresse" in words
    assert "Je ne connais pas l’adresse" in words
    assert page.content.decode().count('name="channel"') == 4
    assert page["Cache-Control"] == "no-store, private"


def test_without_a_cart_the_step_leads_to_the_cart() -> None:
    assert Client().get(url("delivery_step"))["Location"] == reverse("orders:cart")


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        ("email", {"email": " Lou@Belle-Adresse.EXAMPLE "}, "Lou@belle-adresse.example"),
        ("sms", {"phone": "06.12.34.56.78"}, "+33612345678"),
        ("personal_link", {}, ""),
    ],
)
def test_contact_is_normalized_and_sealed(shopper: Client, channel: str, typed: dict[str, str], kept: str) -> None:
    answer = choose(shopper, channel, **typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("orders:card"))
    claim = Claim.objects.get()
    assert (claim.status, claim.channel, contact_of(claim)) == ("draft", channel, kept)
    assert Order.objects.get().is_gift is True


@pytest.mark.parametrize(
    ("channel", "typed", "sentence"),
    [
        ("email", {}, "Indiquez l’adresse e-mail de la personne."),
        ("email", {"email": "lou@"}, "Cette adresse est incomplète"),
        ("sms", {"phone": "06 12"}, "Ce numéro est incomplet"),
        ("sms", {"phone": "01 42 00 00 00"}, "Il faut un numéro de mobile"),
        ("sms", {"phone": "+44 7400 123456"}, "mobiles de France métropolitaine"),
        ("twitter_dm", {"handle": "lou fleurs"}, "Un nom de compte n’a que des lettres"),
        ("twitter_dm", {"handle": "a" * 16}, "quinze caractères au plus"),
        ("pigeon", {}, "pigeon"),
    ],
)
def test_nonsense_is_refused_beside_the_field_and_kept(
    shopper: Client, channel: str, typed: dict[str, str], sentence: str
) -> None:
    answer = choose(shopper, channel, **typed)
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert all(value in answer.content.decode() for value in typed.values())
    assert Claim.objects.count() == Order.objects.count() == 0


def test_going_back_shows_and_edits_the_same_claim(shopper: Client) -> None:
    choose(shopper, "sms", phone="0612345678")
    page = shopper.get(url("delivery_step")).content.decode()
    assert "06\u00a012\u00a034\u00a056\u00a078" in page
    choose(shopper, "email", email="lou@belle-adresse.example")
    assert Order.objects.count() == 1
    claim = Claim.objects.get()
    assert (claim.channel, contact_of(claim)) == ("email", "lou@belle-adresse.example")


@pytest.mark.parametrize(
    ("channel", "typed", "shown"),
    [
        ("email", {"email": " Lou@Belle-Adresse.EXAMPLE "}, "par e-mail à Lou@belle-adresse.example"),
        ("sms", {"phone": "0612345678"}, "par SMS au 06 12 34 56 78"),
        ("twitter_dm", {"handle": "@lou_fleurs"}, "par message privé sur X à @lou_fleurs"),
        ("personal_link", {}, "par un lien que vous transmettez vous-même, donné après le paiement"),
    ],
)
def test_recap_before_payment_shows_the_contact_and_the_way_to_correct_it(
    shopper: Client, standins: StandIns, channel: str, typed: dict[str, str], shown: str
) -> None:
    choose(shopper, channel, **typed)
    page = shopper.get(reverse("orders:details"))
    assert f"Invitation {shown} – modifier l’invitation" in text_of(page)
    assert f'<a href="{url("delivery_step")}">modifier' in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"


def test_recap_is_for_the_browser_that_typed_it(shopper: Client) -> None:
    choose(shopper, "email", email="lou@belle-adresse.example")
    stranger = Client()
    stranger.post(reverse("orders:cart_add"), {"variant": make_variant().pk})
    assert stranger.get(reverse("orders:details"))["Location"] == reverse("orders:cart")


def test_opted_out_contact_gets_the_neutral_sentence_before_payment(shopper: Client) -> None:
    suppressions.suppress("email", "lou@belle-adresse.example", "asked")
    answer = choose(shopper, "email", email="LOU+cadeau@belle-adresse.example")
    assert NEUTRAL in text_of(answer)
    assert Claim.objects.count() == 0


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("ferme_a_tous", NEUTRAL),
        ("sanschamp_lou", NEUTRAL),
        ("inconnu_lou", "Ce compte n’existe pas sur Twitter / X"),
        ("suspendu_lou", "Ce compte n’existe pas sur Twitter / X"),
    ],
)
def test_handle_is_looked_up_before_payment(shopper: Client, standins: StandIns, handle: str, sentence: str) -> None:
    answer = choose(shopper, "twitter_dm", handle=handle)
    assert sentence in text_of(answer)
    assert Claim.objects.count() == 0


def test_open_handle_keeps_its_numeric_id(shopper: Client, standins: StandIns) -> None:
    answer = choose(shopper, "twitter_dm", handle="https://x.com/Lou_Fleurs")
    assert answer.status_code == 302
    user_id, _bar, handle = contact_of(Claim.objects.get()).partition("|")
    assert user_id.isdigit()
    assert handle == "Lou_Fleurs"


def test_x_being_down_offers_another_way(shopper: Client, standins: StandIns) -> None:
    standins.fault(provider="x", operation="users.lookup", kind="error", status=503, count=5)
    answer = choose(shopper, "twitter_dm", handle="lou_fleurs")
    assert "Twitter / X ne répond pas en ce moment" in text_of(answer)


def test_funeral_flowers_are_never_addressless() -> None:
    client = Client()
    client.post(reverse("orders:cart_add"), {"variant": make_variant(is_funeral=True).pk})
    assert 'name="channel"' not in client.get(url("delivery_step")).content.decode()
    answer = choose(client, "email", email="lou@belle-adresse.example")
    assert "Les fleurs de deuil partent toujours vers une adresse connue" in text_of(answer)
    assert Claim.objects.count() == 0


def test_wished_day_leaves_two_days_to_answer(shopper: Client) -> None:
    soon = (clock.paris_today() + timedelta(days=1)).isoformat()
    answer = choose(shopper, "email", email="lou@belle-adresse.example", wanted_on=soon, wanted_rule="only")
    assert "Laissez au moins deux jours" in text_of(answer)
    later = clock.paris_today() + timedelta(days=10)
    answer = choose(shopper, "email", email="lou@belle-adresse.example", wanted_on=later.isoformat())
    assert answer.status_code == 302
    claim = Claim.objects.get()
    assert (claim.wanted_on, claim.wanted_rule) == (later, "on_or_after")


def test_invitation_moment_is_at_most_sixty_days_ahead(shopper: Client) -> None:
    far = (clock.paris_today() + timedelta(days=61)).isoformat()
    assert "dans 60 jours" in text_of(choose(shopper, "email", email="l@belle.example", invite_on=far))
    day = clock.paris_today() + timedelta(days=20)
    choose(shopper, "email", email="l@belle.example", invite_on=day.isoformat())
    assert Claim.objects.get().invite_at == clock.at_paris(day, 10)


def test_the_sender_of_this_browsers_last_order_is_known_before_typing_again(shopper: Client) -> None:
    gifts = [make_invited(contact=f"lou{number}@belle-adresse.example") for number in range(4)]
    session = shopper.session
    session["order"] = gifts[0].order.public_id  # just paid here
    session.save()
    assert NEUTRAL in text_of(choose(shopper, "email", email="lou0@belle-adresse.example"))
    make_invited(contact="lou4@belle-adresse.example")
    answer = choose(shopper, "email", email="noe@belle-adresse.example")
    assert "Vous avez déjà écrit à cinq nouvelles personnes en vingt-quatre heures" in text_of(answer)
    assert f'<a href="{reverse("pages:help")}">Écrivez-nous ou appelez-nous</a>' in answer.content.decode()
    assert NEUTRAL in text_of(choose(shopper, "email", email="lou1@belle-adresse.example"))


def test_somebody_the_sender_gave_to_before_is_no_new_person(shopper: Client) -> None:
    long_ago = make_invited(contact="noe@belle-adresse.example")
    age(long_ago, started_at=timedelta(days=2))
    assert claims.cancel_by_sender(long_ago.pk)
    gifts = [make_invited(contact=f"lou{number}@belle-adresse.example") for number in range(5)]
    session = shopper.session
    session["order"] = gifts[0].order.public_id
    session.save()
    assert "cinq nouvelles personnes" in text_of(choose(shopper, "email", email="sacha@belle-adresse.example"))
    assert choose(shopper, "email", email="noe@belle-adresse.example").status_code == 302
