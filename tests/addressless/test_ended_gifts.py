"""How a sender reads of a gift that ended: in plain words, and never what was answered in silence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from addressless import answers, claims
from addressless.models import Claim
from interflora.lib import links
from notifications import outbox
from orders import cancellation
from orders.models import RefundCause
from tests.addressless.factories import age, age_messages, let_window_end, make_failed, make_invited, open_session
from tests.addressless.pages import Browser, text_of
from tests.florists.factories import make_address, next_served_day
from tests.orders import work
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
NEUTRAL = (
    "Votre cadeau n’a pas pu être remis",
    "Il est resté sans réponse, ou n’a pas pu être livré. Vous êtes remboursé en entier.",
)


def title_and_lead(claim: Claim) -> tuple[str, str]:
    page = Browser().get(links.path(claim.order.link())).content.decode()
    found: list[Any] = [re.search(rf"<{tag}>(.*?)</", page, re.S) for tag in ("h1", 'p class="lead"')]
    return found[0][1].strip(), found[1][1].strip()


def expired(how: str, **fields: Any) -> Claim:
    """The window ended: nobody answered, or somebody refused in silence, or reported it."""
    claim = make_invited(**fields)
    if how != "silence":
        answers.refuse_quietly(
            open_session(claim), report="Je ne connais pas cette personne" if how == "report" else None
        )
    let_window_end(claim)
    assert claims.expire(claim.pk)
    return Claim.objects.select_related("order").get(pk=claim.pk)


def declined() -> Claim:
    claim = make_invited()
    answers.decline(open_session(claim))
    age(claim, settles_at=claims.UNDO_FOR * 2)
    assert claims.settle(claim.pk)
    return Claim.objects.select_related("order").get(pk=claim.pk)


def undeliverable() -> Claim:
    claim = make_invited()
    answers.accept(open_session(claim), make_address(), next_served_day(), "morning")
    assert cancellation.cancel(claim.order_id, RefundCause.UNDELIVERABLE)
    return Claim.objects.select_related("order").get(pk=claim.pk)


def unreachable() -> Claim:
    claim = make_failed()
    age(claim, contact_failed_at=claims.UNREACHABLE_AFTER * 2)
    assert claims.give_up(claim.pk)
    return Claim.objects.select_related("order").get(pk=claim.pk)


@pytest.mark.parametrize("how", ["silence", "quiet", "report"])
def test_no_answer_and_an_answer_in_silence_read_alike(how: str) -> None:
    assert title_and_lead(expired(how)) == NEUTRAL


def test_a_gift_accepted_and_not_deliverable_reads_the_same() -> None:
    assert title_and_lead(undeliverable()) == NEUTRAL


def test_a_refusal_said_aloud_is_told() -> None:
    assert title_and_lead(declined()) == (
        "Votre cadeau n’a pas été accepté",
        "La personne n’a pas souhaité recevoir ces fleurs. Vous êtes remboursé en entier.",
    )


def test_a_contact_that_failed_is_told() -> None:
    assert title_and_lead(unreachable()) == (
        "Nous n’avons pas pu joindre la personne",
        "Ce contact n’a pas pu être joint, et nous n’en avons pas reçu d’autre. Vous êtes remboursé en entier.",
    )


def test_a_gift_taken_back_says_who_did() -> None:
    claim = make_invited()
    assert claims.cancel_by_sender(claim.pk)
    claim.refresh_from_db()
    assert title_and_lead(claim) == ("Votre cadeau est annulé", "Il n’y aura pas de livraison.")


def everything_told(claim: Claim, standins: StandIns) -> list[str]:
    """Both pages and every letter, without what differs between any two orders."""
    work.submit_refunds()
    outbox.send_due(50)
    pages = [links.path(claim.order.link()), f"{links.path(claim.order.link())}cadeau/"]
    letters = standins.messages("email", to=claim.order.sender_email)
    told = [text_of(Browser().get(path)) for path in pages] + [f"{one['subject']}\n{one['text']}" for one in letters]
    number = claim.order.public_id
    changing = (rf"{number[:4]}-{number[4:8]}-{number[8:]}", r"https?://\S+", r"Jardin de Bagatelle \d+", r"\d+ h \d+")
    return [re.sub("|".join(changing), "…", text) for text in told]


def test_nothing_the_sender_is_told_differs_by_what_was_answered_in_silence(standins: StandIns) -> None:
    told = []
    for number, how in enumerate(("silence", "quiet", "report")):
        claim = expired(how, sender={"sender_email": f"camille{number}@martin.example"})
        told.append(everything_told(claim, standins))
        age_messages(claim)
    assert told[0] == told[1] == told[2]
    assert len(told[0]) >= 3
