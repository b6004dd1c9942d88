"""The sender's page by secret link: what it tells, what may still change, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from florists import deliveries, jobs, offers
from florists.models import AddressKey, Delivery
from interflora.lib import clock, links
from notifications.models import Message
from orders import cancellation, following, recipients
from orders.models import Order, Refund
from tests.florists.factories import make_address, make_florist, make_offer, next_served_day
from tests.orders import work
from tests.orders.buying import ADDRESS
from tests.orders.factories import make_order, make_paid

pytestmark = pytest.mark.django_db


def page_of(order: Order) -> str:
    return links.path(order.link())


def address_of(order: Order, name: str) -> str:
    return reverse(f"orders:{name}", args=[links.token(order.link())])


def test_a_wrong_or_foreign_token_opens_nothing(client: Client) -> None:
    order = make_paid()
    foreign = links.token(links.Link(links.Purpose.CLAIM, order.public_id))
    for token in (foreign, "x", "0" * 43):
        assert client.get(reverse("orders:order_page", args=[token])).status_code == 404


def test_an_unpaid_order_has_no_page_yet(client: Client) -> None:
    assert client.get(page_of(make_order())).status_code == 404


def test_the_page_is_never_stored_indexed_nor_referred(client: Client) -> None:
    answer = client.get(page_of(make_paid()))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_looking_changes_nothing(client: Client) -> None:
    order = make_paid()
    before = Order.objects.values().get(pk=order.pk)
    for name in ("order_page", "cancel", "change_slot", "change_address", "change_card"):
        assert client.get(address_of(order, name)).status_code == 200
        assert client.head(address_of(order, name)).status_code == 200
    assert Order.objects.values().get(pk=order.pk) == before


def test_canceling_refunds_and_says_so(client: Client) -> None:
    order = make_paid()
    answer = client.post(address_of(order, "cancel"), {"sure": "on"}, follow=True)
    shown = answer.content.decode()
    assert "Votre commande est annulée" in shown
    assert "Remboursement de 55,80\u00a0€\u00a0: demandé le" in shown
    assert work.refunds_at_rest() == [("sender_canceled", 5580, "requested")]
    client.post(address_of(order, "cancel"), {"sure": "on"})
    assert Refund.objects.count() == 1


def test_forms_of_a_page_without_referrer_are_believed_from_our_own_pages_only() -> None:
    client = Client(enforce_csrf_checks=True)
    order = make_paid()
    client.get(address_of(order, "cancel"))
    token = client.cookies["boutique-csrf"].value
    foreign = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    data = {"csrfmiddlewaretoken": token, "sure": "on"}
    assert client.post(address_of(order, "cancel"), {}, headers=own).status_code == 403
    assert client.post(address_of(order, "cancel"), data, headers=foreign).status_code == 403
    assert client.post(address_of(order, "cancel"), data, headers=own).status_code == 302


def test_the_day_can_change_until_the_florist_starts(client: Client) -> None:
    order = make_paid()
    day = next_served_day(9)
    answer = client.post(address_of(order, "change_slot"), {"day": day.isoformat(), "half_day": "morning"})
    assert answer.status_code == 302
    order = Order.objects.select_related("delivery").get(pk=order.pk)
    assert (order.delivery.day, order.delivery.half_day) == (day, "morning")
    assert order.next_step_due_at is not None
    assert order.next_step_due_at > clock.half_day_end(day, "morning")


def test_the_address_can_change_and_is_never_shown(client: Client) -> None:
    order = make_paid()
    data = ADDRESS | {"name": "Jeanne Neuve", "line1": "3 allée du Canari", "day": next_served_day(5).isoformat()}
    asked = client.post(address_of(order, "change_address"), {"postcode": "35000"}).content.decode()
    assert "Hirondelles" not in asked
    assert client.post(address_of(order, "change_address"), data).status_code == 302
    shown = client.get(page_of(order)).content.decode()
    assert "Jeanne Neuve, 35000 Rennes" in shown
    assert "allée du Canari" not in shown


def test_the_card_can_change(client: Client) -> None:
    order = make_paid()
    assert client.post(address_of(order, "change_card"), {"text": "Avec retard.", "continue": "1"}).status_code == 302
    assert Delivery.objects.get().card_text == "Avec retard."


def test_nothing_changes_once_the_florist_has_started(client: Client) -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    delivery = Delivery.objects.select_related("florist").get()
    assert delivery.florist is not None
    assert jobs.start_preparing(delivery, delivery.florist)
    for name in ("cancel", "change_slot", "change_address", "change_card"):
        answer = client.post(address_of(order, name), {"text": "x", "continue": "1"}, follow=True)
        assert "rien ne peut plus changer ici" in answer.content.decode()
    order.refresh_from_db()
    assert (order.status, Refund.objects.count()) == ("paid", 0)
    assert "Le fleuriste compose votre bouquet" in client.get(page_of(order)).content.decode()


def test_a_gift_is_not_changed_from_here(client: Client) -> None:
    order = make_paid(is_gift=True)
    for name in ("cancel", "change_slot", "change_address", "change_card"):
        client.post(address_of(order, name), {"text": "x", "continue": "1"})
    order.refresh_from_db()
    assert (order.status, order.delivery.card_text) == ("paid", "")


def test_the_verb_itself_refuses_a_gift_and_what_has_started() -> None:
    gift = make_paid(is_gift=True)
    with pytest.raises(cancellation.TooLate):
        cancellation.cancel_as_sender(gift.pk)
    assert Refund.objects.count() == 0


def deliver(order: Order) -> None:
    assert offers.accept(make_offer(order.delivery).pk)
    delivery = Delivery.objects.select_related("florist").get(pk=order.delivery_id)
    assert delivery.florist is not None
    assert jobs.mark_delivered(delivery, delivery.florist)


def test_delivered_is_told_once(client: Client) -> None:
    order = make_paid()
    deliver(order)
    work.follow_deliveries()
    work.follow_deliveries()
    order.refresh_from_db()
    assert order.status == "delivered"
    assert Message.objects.filter(template="order_delivered").count() == 1
    assert "Vos fleurs sont livrées" in client.get(page_of(order)).content.decode()


def test_a_gifts_delivery_is_told_when_its_half_day_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = clock.at_paris(next_served_day(), 10)
    order = make_paid(is_gift=True)
    Delivery.objects.filter(pk=order.delivery_id).update(is_gift=False)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    assert following.news_time(order, noon) == clock.half_day_end(clock.paris(noon).date(), "morning")
    assert following.half_day_of(noon) == (clock.paris(noon).date(), "morning")
    order.is_gift = False
    assert following.news_time(order, noon) == noon


def test_a_failed_delivery_goes_to_the_board_and_is_refunded_if_nobody_acts() -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    delivery = Delivery.objects.select_related("florist").get()
    assert delivery.florist is not None
    assert jobs.mark_failed(delivery, delivery.florist, "absent")
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.status, order.problem, order.next_step_owner) == ("paid", "delivery_failed", "staff")
    assert following.undeliverable() == []
    Order.objects.update(problem_at=clock.now() - timedelta(hours=25))
    assert following.undeliverable() == [order.pk]
    assert following.give_up(order.pk)
    assert work.refunds_at_rest() == [("undeliverable", 5580, "requested")]


def test_an_exhausted_ladder_goes_to_the_board() -> None:
    order = make_paid()
    offer = make_offer(order.delivery)
    assert offers.refuse(offer.pk, "full")
    offers.open_next(order.delivery_id)
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.status, order.problem) == ("paid", "no_florist")
    assert Order.objects.going_dark().count() == 0


def test_a_gifts_story_reads_nothing_of_the_florist(client: Client) -> None:
    order = make_paid(is_gift=True)
    shown = client.get(page_of(order)).content.decode()
    assert "Vous ne verrez pas son adresse" in shown
    assert "fleuriste" not in shown.split("<main", 1)[1].split("</main>", 1)[0].lower()


def test_a_second_try_takes_the_order_off_the_board() -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    delivery = Delivery.objects.select_related("florist").get()
    assert delivery.florist is not None
    assert jobs.mark_failed(delivery, delivery.florist, "absent")
    work.follow_deliveries()
    deliveries.change_slot(delivery, next_served_day(4), "morning")
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.problem, order.next_step, order.next_step_owner) == ("", "deliver", "florist")
    assert following.to_follow() == []


def test_a_gift_delivered_in_the_morning_is_told_at_one(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    order = make_paid(is_gift=True)
    make_florist()
    ten = clock.at_paris(next_served_day(), 10)
    deliveries.plan(order.delivery, make_address(), clock.paris(ten).date(), "morning")
    deliveries.release(order.delivery)
    assert offers.accept(make_offer(Delivery.objects.get()).pk)
    delivery = Delivery.objects.select_related("florist").get()
    assert delivery.florist is not None
    monkeypatch.setattr("django.utils.timezone.now", lambda: ten)
    assert jobs.mark_delivered(delivery, delivery.florist)
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.status, order.next_step) == ("paid", "tell_delivered")
    assert "livrées" not in client.get(page_of(order)).content.decode()
    one = clock.at_paris(clock.paris(ten).date(), 13)
    monkeypatch.setattr("django.utils.timezone.now", lambda: one)
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.status, order.delivered_at) == ("delivered", one)
    message = Message.objects.get(template="order_delivered")
    assert message.context["half_day"] == "le matin (8\u00a0h\u00a0à\u00a013\u00a0h)"
    assert Order.objects.going_dark().count() == 0


def test_without_an_address_key_the_change_is_refused_kindly_and_the_order_stays(client: Client) -> None:
    order = make_paid()
    AddressKey.objects.update(destroyed_at=clock.now())
    typed = ADDRESS | {"day": next_served_day().isoformat(), "name": "Ombeline Canari"}
    answer = client.post(address_of(order, "change_address"), typed)
    assert answer.status_code == 503
    assert "Nous ne pouvons pas garder d’adresse en ce moment" in answer.content.decode()
    assert "Ombeline Canari" in answer.content.decode()
    assert recipients.read_summary(Order.objects.get(pk=order.pk)) == recipients.read_summary(order)
