"""« Un autre bouquet du même prix » (R6): what is proposed, what is refused, and who may know of it when."""

from __future__ import annotations

from datetime import timedelta
from difflib import unified_diff
from typing import Any

import pytest
from django.conf import LazySettings

from addressless import answers, sessions
from addressless.models import Claim, ClaimSession
from catalog.models import AddOn, ProductVariant
from florists import jobs, offers
from florists.models import ClosingDay, Delivery, Florist
from interflora.lib import clock, links, reading
from notifications import outbox
from orders import swaps, timeline
from orders.models import Order
from tests.addressless.factories import make_invited, open_session
from tests.addressless.pages import Browser, address_data, session_of, text_of, url
from tests.addressless.test_two_towns import Gift as OneOfTwo
from tests.florists.factories import in_charge, make_address, make_offer, next_served_day
from tests.orders import work
from tests.orders.factories import make_add_on, make_cart, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
SAFE: dict[str, Any] = {"is_pet_safe": True}
SCENTED: dict[str, Any] = {"is_scented": True}
PRICE = 4590


def gift_of(*variants: ProductVariant, add_ons: list[AddOn] | None = None, **fields: Any) -> Claim:
    return make_invited(sender={"cart": make_cart(*variants, add_ons=add_ons)}, **fields)


def gift() -> Claim:
    return gift_of(make_variant(name="Lys de Chaillot", **SCENTED))


def names(claim: Claim) -> list[str]:
    return [variant.product.name for variant in swaps.offered(claim.order)]


def choose(browser: Browser, claim: Claim, value: object, *, seconds: float = 5, headers: Any = None) -> Any:
    """Send the form as if it had been displayed so long ago."""
    shown = reading.stamp(f"swap:{session_of(claim).pk}", clock.now() - timedelta(seconds=seconds))
    return browser.submit(url("claim_swap"), bouquet=str(value), shown=shown, headers=headers)


def accept(browser: Browser, flowers: str | None = None) -> Any:
    """Send the form as the page shows it, or as a page that shows other flowers."""
    if flowers is None:
        flowers = str(ClaimSession.objects.latest("pk").preferred_id or "")
    return browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data(flowers=flowers))


def test_the_same_price_alone_and_what_suits_a_cat_or_an_allergy_first() -> None:
    make_variant(name="Parfum", rank=1, **SCENTED)
    make_variant(name="Toxique", rank=2)
    make_variant(name="Parfum sans danger", rank=3, **SAFE, **SCENTED)
    make_variant(name="Sans danger", rank=4, **SAFE)
    make_variant(name="Plus cher", price_cents=PRICE + 1, **SAFE)
    make_variant(name="Moins cher", price_cents=PRICE - 1, **SAFE)
    make_variant(name="Deuil", is_funeral=True)
    make_variant(name="Autre TVA", vat_bp=2000)
    make_variant(name="Retiré", is_active=False)
    retired = make_variant(name="Taille retirée")
    ProductVariant.objects.filter(pk=retired.pk).update(is_active=False)
    assert names(gift()) == ["Sans danger", "Parfum sans danger", "Toxique", "Parfum"]


def test_below_the_price_only_when_nothing_of_that_price_suits() -> None:
    make_variant(name="Même prix", **SCENTED)
    make_variant(name="Un peu moins, sans danger", price_cents=PRICE - 100, **SAFE, **SCENTED)
    make_variant(name="Beaucoup moins, sans danger", price_cents=PRICE - 2000, **SAFE, **SCENTED)
    make_variant(name="Bien moins, sans danger", price_cents=PRICE - 1500, **SAFE, **SCENTED)
    make_variant(name="Moins, ne suit rien", price_cents=PRICE - 50, **SCENTED)
    assert names(gift()) == ["Un peu moins, sans danger", "Bien moins, sans danger", "Même prix"]


def test_the_closest_below_when_there_is_nothing_else() -> None:
    make_variant(name="Moins", price_cents=PRICE - 100, **SCENTED)
    make_variant(name="Bien moins", price_cents=PRICE - 900, **SCENTED)
    make_variant(name="Encore moins", price_cents=PRICE - 1900, **SCENTED)
    assert names(gift()) == ["Moins", "Bien moins"]


def test_a_vase_that_was_bought_keeps_its_stems() -> None:
    make_variant(name="Orchidée", kind="plant", arrangement="pot", **SAFE)
    make_variant(name="Bouquet", **SAFE)
    with_vase = gift_of(make_variant(), add_ons=[make_add_on(is_for_stems=True)])
    assert names(with_vase) == ["Bouquet"]
    without = gift_of(make_variant(name="Nu"), contact="noe@belle-adresse.example")
    assert sorted(names(without)[:2]) == ["Bouquet", "Orchidée"]


def test_a_person_prefers_other_flowers_and_receives_them() -> None:
    claim = gift()
    other = make_variant(name="Roseraie", name_en="Rose garden", **SAFE)
    pay = claim.order.delivery.florist_pay_cents
    sold = list(claim.order.lines.values_list("label", "total_cents", "vat_cents"))
    browser = Browser()
    assert "Un autre bouquet du même prix" in text_of(browser.open_gift(claim))
    page = text_of(browser.get(url("claim_swap")))
    assert "Lys de Chaillot Celui qui vous est offert" in page
    assert "Roseraie Un bouquet rond Sans danger pour les chats et les chiens. Parfum léger ou absent." in page
    assert "€" not in page
    answer = choose(browser, claim, other.pk)
    assert (answer.status_code, answer["Location"]) == (302, url("claim_gift"))
    assert "Vous préférez Roseraie – Camille l’apprendra une fois les fleurs livrées, pas avant." in text_of(
        browser.get(url("claim_gift"))
    )
    form = browser.submit(url("claim_accept"), postcode="35000")
    assert "Les fleurs : Roseraie – en changer" in text_of(form)
    assert accept(browser).status_code == 302
    assert "Le fleuriste préparera « Roseraie », que vous préférez." in text_of(browser.get(url("claim_accepted")))
    delivery = Delivery.objects.get(pk=claim.order.delivery_id)
    assert delivery.is_swapped
    assert [item["product"] for item in delivery.items] == ["Roseraie"]
    assert delivery.items[0] == {
        **claim.order.delivery.items[0],
        "product": "Roseraie",
        "product_en": "Rose garden",
        "picture": other.product.picture_url("large"),
    }
    assert delivery.florist_pay_cents == pay
    assert list(claim.order.lines.values_list("label", "total_cents", "vat_cents")) == sold
    tracking = links.path(claim.tracking_link())
    assert "Les fleurs Roseraie" in text_of(Browser().get(tracking))
    assert "« Roseraie » : le fleuriste et notre service le savent" in text_of(Browser().get(f"{tracking}donnees/"))


def test_a_preference_may_change_and_be_taken_back_until_the_answer() -> None:
    claim = gift()
    sold = claim.order.lines.get(kind="product").variant_id
    first, second = make_variant(name="Roseraie"), make_variant(name="Verger")
    browser = Browser()
    browser.open_gift(claim)
    for choice, kept in ((first.pk, first.pk), (second.pk, second.pk), (sold, None)):
        assert choose(browser, claim, choice).status_code == 302
        assert session_of(claim).preferred_id == kept
    assert accept(browser).status_code == 302
    delivery = Delivery.objects.get(pk=claim.order.delivery_id)
    assert (delivery.is_swapped, delivery.items) == (False, claim.order.delivery.items)


def test_what_is_not_proposed_is_refused() -> None:
    claim = gift()
    make_variant(name="Roseraie", **SAFE)
    browser = Browser()
    browser.open_gift(claim)
    dearer, cheaper = make_variant(price_cents=PRICE + 100), make_variant(price_cents=PRICE - 100)
    retired = make_variant(is_active=False)
    for forged in (dearer.pk, cheaper.pk, retired.pk, 999_999_999, -1, "roseraie", "9" * 400):
        answer = choose(browser, claim, forged)
        assert answer.status_code == 200
        assert "Ce bouquet n’est plus disponible : choisissez-en un autre." in text_of(answer)
    assert "Choisissez d’abord un bouquet." in text_of(choose(browser, claim, ""))
    assert session_of(claim).preferred_id is None


def test_a_machine_and_another_site_choose_nothing() -> None:
    claim = gift()
    other = make_variant(name="Roseraie")
    browser = Browser()
    browser.open_gift(claim)
    assert "Prenez un instant pour lire" in text_of(choose(browser, claim, other.pk, seconds=1))
    elsewhere = choose(browser, claim, other.pk, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert browser.post(url("claim_swap"), {"bouquet": other.pk}).status_code == 403
    assert session_of(claim).preferred_id is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"price_cents": PRICE + 1}])
def test_a_bouquet_retired_or_dearer_meanwhile_gives_the_choice_back(change: dict[str, Any]) -> None:
    claim = gift()
    other = make_variant(name="Roseraie")
    browser = Browser()
    browser.open_gift(claim)
    choose(browser, claim, other.pk)
    ProductVariant.objects.filter(pk=other.pk).update(**change)
    page = accept(browser)
    assert page.status_code == 200
    assert "Le bouquet que vous préfériez n’est plus disponible, et rien n’est encore accepté." in text_of(page)
    assert "Les fleurs : Lys de Chaillot – en changer" in text_of(page)
    assert 'value="Madeleine Canari"' in page.content.decode()
    claim.refresh_from_db()
    assert (claim.status, session_of(claim).preferred_id) == ("invited", None)
    assert accept(browser).status_code == 302


def test_another_session_of_the_same_link_knows_nothing_of_it() -> None:
    claim = gift()
    other = make_variant(name="Roseraie")
    mine, theirs = Browser(), Browser()
    theirs.open_gift(claim)
    before = text_of(theirs.get(url("claim_gift")))
    mine.open_gift(claim)
    choose(mine, claim, other.pk)
    assert "Roseraie" in text_of(mine.get(url("claim_gift")))
    assert text_of(theirs.get(url("claim_gift"))) == before


def test_a_session_that_time_ended_comes_back_with_its_preference() -> None:
    claim = gift()
    session = open_session(claim)
    sessions.prefer(session, make_variant().pk)
    key = "k" * 43
    ended = clock.now() - timedelta(hours=1)
    claim.sessions.update(key_digest=links.digest(key), last_seen_at=ended)
    renewed = sessions.find(sessions.renew(key))
    assert renewed is not None
    assert renewed.preferred_id == session.preferred_id


def test_a_person_who_opens_the_message_again_later_keeps_the_preference() -> None:
    claim = gift()
    other = make_variant(name="Roseraie", **SAFE)
    mine, theirs = Browser(), Browser()
    mine.open_gift(claim)
    choose(mine, claim, other.pk)
    claim.sessions.update(last_seen_at=clock.now() - timedelta(hours=1))
    assert "Roseraie" not in text_of(theirs.open_gift(claim))
    assert "Vous préférez Roseraie" in text_of(mine.open_gift(claim))
    assert sorted(claim.sessions.values_list("preferred", flat=True), key=str) == [other.pk, None]


def test_the_preference_of_one_gift_is_not_that_of_another() -> None:
    first, second = gift(), gift_of(make_variant(), contact="noe@belle-adresse.example")
    other = make_variant(name="Roseraie")
    browser = Browser()
    browser.open_gift(first)
    choose(browser, first, other.pk)
    first.sessions.update(last_seen_at=clock.now() - timedelta(hours=1))
    assert "Roseraie" not in text_of(browser.open_gift(second))


def test_a_bouquet_gone_is_said_even_when_no_day_is_left_there_either() -> None:
    claim = gift()
    other = make_variant(name="Roseraie")
    browser = Browser()
    browser.open_gift(claim)
    choose(browser, claim, other.pk)
    ProductVariant.objects.filter(pk=other.pk).update(is_active=False)
    days = [clock.paris_today() + timedelta(days=ahead) for ahead in range(62)]
    ClosingDay.objects.bulk_create(
        ClosingDay(florist=florist, day=day) for florist in Florist.objects.all() for day in days
    )
    assert "Aucun jour n’est possible à cet endroit" in text_of(accept(browser))
    ClosingDay.objects.all().delete()
    assert "n’est plus disponible, et rien n’est encore accepté" in text_of(accept(browser))


def test_flowers_chosen_in_another_tab_are_shown_before_they_are_accepted() -> None:
    """A page that still names the flowers that were bought accepts no others."""
    claim = gift()
    other = make_variant(name="Roseraie")
    browser = Browser()
    browser.open_gift(claim)
    choose(browser, claim, other.pk)
    stale = accept(browser, flowers="")
    page = text_of(stale)
    assert "Vous avez choisi d’autres fleurs entre-temps, et rien n’est encore accepté" in page
    assert "Les fleurs : Roseraie" in page.replace("\u00a0", " ")
    assert Claim.objects.get(pk=claim.pk).status == "invited"
    assert accept(browser, flowers=str(other.pk))["Location"] == url("claim_accepted")
    assert [item["product"] for item in Order.objects.get(pk=claim.order_id).delivery.items] == ["Roseraie"]


def test_a_choice_made_in_another_tab_outlives_the_flowers_that_are_gone() -> None:
    claim = gift()
    gone, newer = make_variant(name="Roseraie"), make_variant(name="Jardin clos")
    session = open_session(claim)
    sessions.prefer(session, gone.pk)
    claim.sessions.update(preferred=newer)
    sessions.forget_preferred(session)
    assert list(claim.sessions.values_list("preferred", flat=True)) == [newer.pk]


def test_several_kinds_of_flowers_are_not_swapped() -> None:
    claim = gift_of(make_variant(), make_variant())
    make_variant()
    browser = Browser()
    assert "Un autre bouquet" not in text_of(browser.open_gift(claim))
    answer = browser.get(url("claim_swap"))
    assert (answer.status_code, answer["Location"]) == (302, url("claim_gift"))


def test_without_any_other_bouquet_the_page_says_whom_to_call() -> None:
    claim = gift()
    browser = Browser()
    browser.open_gift(claim)
    page = text_of(browser.get(url("claim_swap")))
    assert "Aucun autre bouquet de ce prix n’est possible aujourd’hui." in page


def swapped(claim: Claim) -> Order:
    """Accepted with another bouquet than the one sold."""
    session = open_session(claim)
    sessions.prefer(session, make_variant(name="Roseraie").pk)
    answers.accept(session, make_address(), next_served_day(), "morning")
    return Order.objects.select_related("delivery").get(pk=claim.order_id)


def test_the_florist_sees_what_to_make_and_the_staff_see_both() -> None:
    order = swapped(gift())
    assert [event.kind for event in order.delivery.events.all()][-3:] == ["swapped", "planned", "released"]
    told = [entry.label for entry in timeline.for_staff(order) if entry.kind == "delivery_swapped"]
    assert told == [
        "Autre bouquet, préféré par le destinataire\u00a0: «\u00a0Roseraie\u00a0», à ne pas dire à l’expéditeur avant "
        "la livraison"
    ]
    assert [line.label for line in order.lines.filter(kind="product")] == ["Lys de Chaillot, moyen"]
    assert [item["product"] for item in make_offer(order.delivery).delivery.items] == ["Roseraie"]


class Preferring(OneOfTwo):
    """The recipient of one of the two prefers other flowers."""

    preferred: ProductVariant | None = None

    def accept(self) -> None:
        claim = Claim.objects.get(pk=self.claim.pk)
        session = open_session(claim)
        if self.preferred is not None:
            sessions.prefer(session, self.preferred.pk)
        address = make_address(postcode=self.postcode, commune=self.town)
        answers.accept(session, address, next_served_day(self.days), self.half_day)


def test_the_sender_sees_the_same_bytes_until_the_delivery(standins: StandIns, settings: LazySettings) -> None:
    settings.GIFT_NEWS_AT_HALF_DAY_END = True
    variant = make_variant(name="Lys de Chaillot")
    gifts = [Preferring(number, variant) for number in (0, 1)]
    gifts[0].preferred = make_variant(name="Roseraie")
    for step in (Preferring.pay, Preferring.invite, Preferring.accept, Preferring.leave, Preferring.deliver):
        for one in gifts:
            step(one)
        work.follow_deliveries()
        outbox.send_due(50)
        preferring, plain = (one.seen(standins) for one in gifts)
        assert_alike(preferring, plain, step.__name__)
    assert [one.order.delivery.status for one in gifts] == ["delivered", "delivered"]
    assert [one.order.status for one in gifts] == ["paid", "paid"]


def test_the_sender_reads_what_was_preferred_once_told_of_the_delivery(
    standins: StandIns, settings: LazySettings
) -> None:
    settings.GIFT_NEWS_AT_HALF_DAY_END = False
    order = swapped(gift())
    path = links.path(order.link())
    assert offers.accept(make_offer(order.delivery).pk)
    delivery = Delivery.objects.get(pk=order.delivery_id)
    assert jobs.out_for_delivery(delivery, in_charge(delivery))
    assert "Roseraie" not in text_of(Browser().get(path))
    assert jobs.mark_delivered(delivery, in_charge(delivery))
    work.follow_deliveries()
    page = text_of(Browser().get(path))
    assert "Lys de Chaillot, moyen 45,90 €" in page
    assert "Votre destinataire a préféré : « Roseraie »." in page


def assert_alike(one: dict[str, str], other: dict[str, str], step: str) -> None:
    assert list(one) == list(other)
    first, second = ("\n".join(seen.values()).splitlines() for seen in (one, other))
    assert list(unified_diff(first, second, lineterm="", n=0)) == [], step
    assert "Roseraie" not in "".join(first)
