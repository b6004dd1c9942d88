"""The recipients who accept and then follow their flowers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.hands import Hands
from tests.journeys.recipients import POSTCODE, Gift, Scene, accept, check_code, discover, heading, is_refused, reads
from tests.journeys.stack import wait_for
from tests.journeys.steps import STREET, link_in
from tests.journeys.test_gifts import offer_for
from tests.leaks.browsing import Browser
from tests.leaks.ordering import move_job, take_job

FOLLOW = "Suivre mes fleurs, ou recevoir des nouvelles sur un contact à moi"


def make(scene: Scene, gift: Gift, *steps: str) -> None:
    """A florist takes the job, and goes through these steps."""
    florist = Browser(scene.stack.shop_url, scene.stack.backoffice_url, "10.6.0.1")
    take_job(florist, link_in(offer_for(scene.stack, gift.order), "/fleuriste/"))
    delivery = scene.stack.one(
        "select d.public_id from florists_delivery d join orders_order o on o.delivery_id = d.id"
        " where o.public_id = %s",
        gift.order,
    )
    move_job(florist, f"{scene.stack.backoffice_url}fleuriste/livraison/{delivery}/", *steps)


def has_no_link(hands: Hands, *names: str) -> None:
    for name in names:
        expect(hands.page.get_by_role("main").get_by_role("link", name=name)).to_have_count(0)


def arranges_the_delivery(scene: Scene) -> None:
    gift = scene.gift("email")
    discover(scene.hands, gift.link)
    code = accept(scene.hands)
    hands = scene.another()
    hands.go(f"{scene.stack.shop_url}verifier/")
    check_code(hands, code.lower().replace("-", " "))
    reads(hands, ", le matin")
    hands.follow("Changer le jour ou le moment")
    hands.choose("après-midi")
    hands.press("Changer le jour")
    reads(hands, "Le jour est changé.")
    reads(hands, ", l’après-midi")
    hands.follow("En mon absence : un voisin ?")
    hands.choose("En mon absence, le fleuriste peut remettre les fleurs à un voisin")
    hands.press("Enregistrer")
    reads(hands, "C’est noté : un voisin peut les recevoir.")
    hands.follow("Recevoir des nouvelles sur un contact à moi")
    label = "Votre e-mail ou votre mobile"
    hands.fill(label, "moi@")
    hands.press("Recevoir les nouvelles")
    is_refused(hands, label, "Cette adresse est incomplète", "moi@")
    own = f"a-moi-{gift.claim}@exemple.fr"
    hands.fill(label, own)
    hands.press("Recevoir les nouvelles")
    reads(hands, "C’est noté : un message avec votre lien de suivi vient de partir.")
    told = scene.stack.wait_message(own, "/suivi/", "email")
    hands.go(link_in(told, "/suivi/"))
    reads(hands, "a…@exemple.fr")
    assert "après-midi" not in gift.told_to_sender()


def thanks_then_erases_everything(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("sms")
    discover(hands, gift.link)
    accept(hands)
    hands.follow(FOLLOW)
    make(scene, gift, "preparing", "out_for_delivery", "delivered")
    hands.page.reload()
    heading(hands, "Vos fleurs sont arrivées.")
    hands.follow("Dire merci")
    where = f"Merci ! Passez quand vous voulez : {STREET}, {POSTCODE} Brest"
    hands.fill("Votre mot", where)
    hands.press("Transmettre ce mot")
    is_refused(hands, "Votre mot", "Ce mot semble dire où vous êtes", where)
    hands.fill("Votre mot", "Merci, elles sont superbes.")
    hands.press("Transmettre ce mot")
    reads(hands, "Votre mot est transmis, sans aucun contact.")
    has_no_link(hands, "Dire merci")
    hands.follow("Qui a lu mon adresse")
    reads(hands, "le fleuriste qui livre")
    hands.follow("Revenir au suivi")
    hands.follow("Effacer maintenant")
    hands.press("Effacer tout")
    reads(hands, "Cochez la case pour effacer.")
    hands.choose("J’ai noté ce dont j’ai besoin")
    hands.press("Effacer tout")
    reads(hands, "Tout est effacé")
    reads(hands, "Nous n’avons plus rien de vous : ni adresse, ni contact.")
    kept = "select count(*) from florists_sealedaddress s join orders_order o on o.delivery_id = s.delivery_id"
    assert scene.stack.one(f"{kept} where o.public_id = %s", gift.order) == 0


def worries_after_the_florist_started(scene: Scene) -> None:
    hands, gift = scene.hands, scene.gift("email")
    discover(hands, gift.link)
    accept(hands)
    hands.follow(FOLLOW)
    address = hands.page.url
    wait_for(lambda: "Changer l’adresse" in hands.page.content())
    make(scene, gift, "preparing")
    # The page was open before: what it still proposes is refused in words.
    hands.follow("Changer le jour ou le moment")
    reads(hands, "Ce n’est plus possible : voici où en sont vos fleurs.")
    assert hands.page.url == address
    heading(hands, "Le fleuriste prépare vos fleurs.")
    reads(hands, "Le fleuriste a commencé : le jour et l’adresse ne changent plus.")
    has_no_link(hands, "Changer le jour ou le moment", "Changer l’adresse")
    hands.follow("Un souci ?")
    hands.press("Envoyer au service")
    reads(hands, "Choisissez ce qui se passe.")
    hands.choose("Je me sens en danger")
    hands.press("Envoyer au service")
    heading(hands, "C’est entre nos mains")
    for words, address in (
        ("Appeler le 17", "tel:17"),
        ("Envoyer un SMS au 114", "sms:114"),
        ("Appeler le 3919", "tel:3919"),
    ):
        expect(hands.page.get_by_role("link", name=words)).to_have_attribute("href", address)
    hands.follow("Revenir au suivi")
    heading(hands, "Le fleuriste prépare vos fleurs.")
