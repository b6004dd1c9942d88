"""Ten people who are given flowers, until they have answered; each is told once, whatever the hands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import expect

from interflora.lib import links
from tests.journeys.hands import Hands, read, spoken
from tests.journeys.stack import JourneyStack
from tests.journeys.steps import ADDRESS, BELL, STREET
from tests.leaks import browsing
from tests.leaks.browsing import Browser
from tests.leaks.ordering import TABS, order_gift

CARD = "Joyeux anniversaire, je pense à toi. Camille"
POSTCODE = "29200"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
WRONG_CODE = "7KQ2-M9XD-4TRB"
ENDED = "Ce cadeau n’attend plus de réponse."
_numbers = count(1)


@dataclass(frozen=True)
class Gift:
    """One invitation as it came, and the sender's way back to the order."""

    sender: Browser
    page: str  # the sender's, with the state of the gift
    order: str  # public id
    claim: int
    link: str
    code: str
    stop: str

    def told_to_sender(self) -> str:
        """What the sender reads of this gift now."""
        return browsing.words(self.sender.get(self.page).text)


@dataclass(frozen=True)
class Scene:
    """A shop that runs, hands, and more of the same hands at another device."""

    stack: JourneyStack
    hands: Hands
    another: Callable[[], Hands]

    def gift(self, channel: str, card: str = CARD) -> Gift:
        """A gift ordered, paid, and its invitation received."""
        number = next(_numbers)
        contact = {"email": f"histoire-{number}@exemple.fr", "sms": f"+3365550{number:04}"}[channel]
        email = f"offre-histoire-{number}@exemple.fr"
        sender = Browser(self.stack.shop_url, self.stack.backoffice_url, f"10.7.{number // 250}.{number % 250}")
        token = order_gift(self.stack, sender, email, card, {"channel": channel, TABS[channel]: contact})
        order, claim = self.stack.sql(
            "select o.public_id, c.id from orders_order o join addressless_claim c on c.order_id = o.id"
            " where o.token_digest = %s",
            links.digest(token),
        )[0]
        text = self.stack.wait_message(contact, "/cadeau/", channel)["text"]
        found = [link.rstrip(".") for link in ADDRESS.findall(text) if "/cadeau/" in link]
        link = next(link for link in found if "/stop/" not in link)
        stop = next(link for link in found if "/stop/" in link)
        code = CODE.search(text)
        assert code
        return Gift(sender, f"/commande/{token}/cadeau/", order, claim, link, code[0], stop)

    def days_go_by(self, gift: Gift) -> None:
        """Until the gift waits no longer."""
        self.stack.sql(
            "update addressless_claim set invited_at = invited_at - interval '9 days',"
            " expires_at = expires_at - interval '9 days' where id = %s",
            gift.claim,
        )


def heading(hands: Hands, words: str) -> None:
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text(words)


def reads(hands: Hands, words: str) -> None:
    expect(hands.page.get_by_role("main")).to_contain_text(words)


def is_refused(hands: Hands, label: str, why: str, kept: str) -> None:
    """The sentence stands beside the field, which says so to a screen reader and keeps what was typed."""
    field = hands.page.get_by_label(re.compile(f"^{spoken(label)}"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(kept)
    expect(field).to_have_accessible_description(re.compile(re.escape(why)))


def discover(hands: Hands, link: str) -> None:
    hands.go(link)
    heading(hands, "Quelqu’un vous offre des fleurs, déjà payées.")
    hands.press("Découvrir")
    heading(hands, "Camille vous offre ces fleurs")


def say_where(hands: Hands) -> None:
    """From the gift page to the filled form, not yet sent."""
    hands.follow("Accepter")
    hands.fill("Code postal", POSTCODE)
    hands.press("Voir les jours")
    hands.fill("Nom sur la sonnette", BELL)
    hands.fill("Numéro et rue", STREET)
    hands.pick("Jour", 2)
    hands.choose("matin")


def accept(hands: Hands) -> str:
    """From the gift page to the follow-up code."""
    say_where(hands)
    hands.press("Accepter et faire livrer ici")
    return follow_up_code(hands)


def follow_up_code(hands: Hands) -> str:
    heading(hands, "C’est accepté")
    return hands.page.locator(".code").inner_text()


def prefer_other_flowers(hands: Hands) -> str:
    """From the gift page and back to it, the first bouquet proposed being preferred; its name."""
    hands.follow("Un autre bouquet du même prix")
    heading(hands, "Un autre bouquet du même prix")
    name = hands.page.locator(".choice > span").nth(1).inner_text().splitlines()[0].strip()
    read(hands)
    hands.choose(name)
    hands.press("Garder ce choix")
    heading(hands, "Camille vous offre ces fleurs")
    reads(hands, name)
    return name


def refuse(hands: Hands, way: str, yes: str) -> None:
    hands.follow("Refuser")
    read(hands)
    hands.choose(way)
    hands.press("Continuer")
    hands.press(yes)
    heading(hands, "C’est noté")


def check_code(hands: Hands, code: str) -> None:
    hands.fill("Code du message, ou code de suivi", code)
    hands.press("Vérifier")


# --- Before the answer ------------------------------------------------------------------------------------------------
def refuses_then_changes_her_mind(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("email")
    discover(hands, gift.link)
    refuse(hands, "Refuser", "Oui, refuser")
    reads(hands, "Vous pouvez revenir sur votre choix")
    other = scene.another()
    other.go(gift.link)
    heading(other, ENDED)
    hands.press("Revenir sur mon refus")
    heading(hands, "Camille vous offre ces fleurs")
    name = prefer_other_flowers(hands)
    accept(hands)
    reads(hands, f"Le fleuriste préparera « {name} », que vous préférez.")
    assert "Votre cadeau est accepté" in gift.told_to_sender()
    assert name not in gift.told_to_sender()


def refuses_without_a_word(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("sms")
    discover(hands, gift.link)
    before = gift.told_to_sender()
    assert "L’invitation est envoyée" in before
    refuse(hands, "Refuser sans rien dire", "Oui, refuser sans rien dire")
    reads(hands, "Nous n’avons rien dit à Camille")
    # Whoever else has the link, the sender first, sees what was there before, and in the end what silence would show.
    other = scene.another()
    discover(other, gift.link)
    assert gift.told_to_sender() == before
    scene.days_go_by(gift)
    other.page.context.clear_cookies()
    other.go(gift.link)
    heading(other, ENDED)
    reads(other, "Personne n’a rien à payer.")


def does_not_trust_the_message(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("sms")
    hands.go(gift.link)
    hands.follow("Est-ce une arnaque ?")
    heading(hands, "Est-ce une arnaque ?")
    hands.follow("Vérifier un message")
    label = "Code du message"
    check_code(hands, "7KQ2")
    is_refused(hands, label, "Le code a douze caractères, comme 7KQ2-M9XD-4TRB.", "7KQ2")
    check_code(hands, WRONG_CODE)
    is_refused(hands, label, "Vérifiez-le caractère par caractère.", WRONG_CODE)
    check_code(hands, gift.code.replace("-", " ").lower())
    heading(hands, "Quelqu’un vous offre des fleurs, déjà payées.")
    hands.press("Découvrir")
    heading(hands, "Camille vous offre ces fleurs")


def is_frightened_by_the_card(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("email", card="Je sais où tu déjeunes. À bientôt. C.")
    discover(hands, gift.link)
    before = gift.told_to_sender()
    hands.unfold("Lire le message de la carte")
    reads(hands, "Je sais où tu déjeunes.")
    hands.follow("Signaler ce message")
    hands.press("Envoyer le signalement")
    is_refused(hands, "Qu’est-ce qui ne va pas", "Dites-nous en quelques mots ce qui ne va pas.", "")
    hands.fill("Qu’est-ce qui ne va pas ?", "Il me suit depuis un mois.")
    hands.press("Envoyer le signalement")
    heading(hands, "Nous l’avons reçu.")
    hands.go(gift.stop)
    read(hands)
    hands.press("Confirmer")
    reads(hands, "Choisissez d’abord l’un des deux.")
    read(hands)
    hands.choose("Ne plus jamais recevoir de message de notre part")
    hands.press("Confirmer")
    heading(hands, "C’est noté")
    hands.follow("Revenir au cadeau")
    heading(hands, "Camille vous offre ces fleurs")
    assert gift.told_to_sender() == before


def is_interrupted_while_filling_the_form(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("email")
    discover(hands, gift.link)
    say_where(hands)
    day = hands.page.get_by_label("Jour", exact=True).input_value()
    scene.stack.sql(
        "update addressless_claimsession set last_seen_at = last_seen_at - interval '1 hour' where claim_id = %s",
        gift.claim,
    )
    hands.press("Accepter et faire livrer ici")
    heading(hands, "Vous êtes toujours là ?")
    hands.press("Reprendre")
    for label, typed in (("Nom sur la sonnette", BELL), ("Numéro et rue", STREET), ("Jour", day)):
        expect(hands.page.get_by_label(label, exact=True)).to_have_value(typed)
    expect(hands.page.get_by_label("matin")).to_be_checked()
    # The browser forgets everything: a dead end, whose way out is the code of the message.
    hands.page.context.clear_cookies()
    hands.follow("Revenir au cadeau")
    heading(hands, "Rouvrez le message")
    check_code(hands, gift.code)
    hands.press("Découvrir")
    accept(hands)


def lives_where_nobody_delivers(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("sms")
    scene.stack.sql("delete from florists_servedpostcode where postcode = '48000'")
    discover(hands, gift.link)
    hands.follow("Accepter")
    for typed, why in (
        ("2920", "Un code postal a cinq chiffres, comme 35000."),
        ("97400", "Nous ne connaissons pas ce code postal en France métropolitaine."),
        ("48000", "Aucun fleuriste du réseau ne livre encore ce code postal."),
    ):
        hands.fill("Code postal", typed)
        hands.press("Voir les jours")
        is_refused(hands, "Code postal", why, typed)
    hands.fill("Code postal", "29 200")
    hands.press("Voir les jours")
    hands.fill("Nom sur la sonnette", BELL)
    hands.fill("Votre téléphone", "06 12")
    hands.pick("Jour", 2)
    hands.choose("matin")
    hands.press("Accepter et faire livrer ici")
    is_refused(hands, "Votre téléphone", "il faut dix chiffres, ou laissez vide", "06 12")
    is_refused(hands, "Numéro et rue", "Indiquez le numéro et la rue.", "")
    expect(hands.page.get_by_label("Nom sur la sonnette")).to_have_value(BELL)
    hands.fill("Votre téléphone", "06 12 34 56 78")
    hands.fill("Numéro et rue", STREET)
    hands.press("Accepter et faire livrer ici")
    follow_up_code(hands)


def comes_too_late(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("email")
    hands.go(gift.link[:-6])
    heading(hands, "Nous ne reconnaissons pas ce lien.")
    check_code(hands, gift.code)
    hands.press("Découvrir")
    accept(hands)
    other = scene.another()
    other.go(gift.link)
    heading(other, ENDED)
    late = scene.gift("sms")
    discover(other, late.link)
    scene.days_go_by(late)
    other.follow("Accepter")
    heading(other, ENDED)
    other.follow("Ouvrir le suivi")
    heading(other, "Vérifier un message")
