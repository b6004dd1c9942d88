"""« Annuler et rembourser » in the back office: a dry run, the sum typed by hand, then one order at a time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from florists import jobs, offers
from florists.models import Delivery
from orders import cancellation, disputes, mass_refunds, refunds, stripe_gateway
from orders.models import Order, Payment, Refund, RefundCause
from tests.florists.factories import in_charge, make_offer
from tests.orders import work
from tests.orders.factories import make_order, make_paid
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]
FULL = 5580


def signed_in(group: str) -> Client:
    user = User.objects.create_user(group, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    sign_in(client, user)
    return client


def departed() -> Order:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    row = Delivery.objects.select_related("florist").get(pk=order.delivery_id)
    jobs.out_for_delivery(row, in_charge(row))
    return order


@pytest.fixture
def orders(request: pytest.FixtureRequest) -> dict[str, Order]:
    """One order of each kind, made by the shop before the role changes."""
    made = {"known": make_paid(), "gift": make_paid(is_gift=True), "departed": departed(), "pending": make_order()}
    made["contested"] = make_paid()
    disputes.apply(made["contested"].payments.get().pk, "open")
    made["canceled"] = make_paid()
    cancellation.cancel(made["canceled"].pk, RefundCause.SENDER_CANCELED)
    request.getfixturevalue("backoffice")
    return made


def page_of(*orders: Order) -> str:
    return f"{reverse('admin:orders_order_refunds')}?ids={','.join(str(order.pk) for order in orders)}"


def rows(answer: HttpResponse) -> dict[str, str]:
    """Sentence by order number."""
    text = re.sub(r"[ \n]+", " ", answer.content.decode())
    found = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th> <td>[^<]*</td> <td>([^<]*)</td>', text)
    return {number: sentence.strip() for number, sentence in found}


def statuses() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


def test_the_dry_run_says_what_would_happen_and_does_nothing(orders: dict[str, Order]) -> None:
    before = statuses()
    answer: Any = signed_in("support").get(page_of(*orders.values()))
    assert rows(answer) == {
        str(orders["known"]): "Annulée et remboursée.",
        str(orders["gift"]): "Annulée et remboursée.",
        str(orders["departed"]): "Remboursée, non annulée\u00a0: les fleurs sont déjà en route.",
        str(orders["pending"]): "Fermée sans paiement.",
        str(orders["contested"]): "Annulée\u00a0; le paiement est contesté, le remboursement attend la banque.",
        str(orders["canceled"]): "Inchangée\u00a0: elle est close, et il ne reste rien à rendre.",
    }
    plan = answer.context["plan"]
    assert (plan.cents, plan.waiting_cents, plan.ending, len(plan.unchanged)) == (3 * FULL, FULL, 4, 1)
    assert "tapez la somme à rendre\u00a0: 223,20\u00a0€" in answer.content.decode()
    assert statuses() == before
    assert Refund.objects.count() == 1


def test_the_admin_action_only_leads_to_the_dry_run(orders: dict[str, Order]) -> None:
    client = signed_in("support")
    pks = [orders["known"].pk, orders["gift"].pk]
    url = reverse("admin:orders_order_changelist")
    answer = client.post(url, {"action": "cancel_and_refund", "_selected_action": pks})
    assert (answer.status_code, answer["Location"]) == (302, page_of(orders["known"], orders["gift"]))
    assert set(statuses()) == {"paid", "pending", "canceled"}


def test_the_typed_sum_does_it_one_order_at_a_time_and_says_so(orders: dict[str, Order]) -> None:
    client = signed_in("support")
    answer = client.post(page_of(*orders.values()), {"shown": 4 * FULL, "typed": "223,20"}, follow=True)
    page = answer.content.decode()
    assert "4 commandes annulées, 1 remboursée sans être annulée, 223,20\u00a0€ à rendre." in page
    assert "1 commande inchangée." in page
    assert statuses() == ["canceled", "canceled", "paid", "canceled", "canceled", "canceled"]
    assert sorted(work.refunds_at_rest()) == [("sender_canceled", FULL, "requested")] + 4 * [
        ("staff", FULL, "requested")
    ]
    assert list(refunds.due().values_list("payment__order__pk", flat=True)).count(orders["contested"].pk) == 0
    assert orders["known"].events.get(kind="canceled").actor == "support"


@pytest.mark.parametrize("typed", ["55,80", "55.80 €", "\u00a055,80\u202f€"])
def test_a_sum_may_be_typed_as_one_writes_it(orders: dict[str, Order], typed: str) -> None:
    signed_in("support").post(page_of(orders["known"]), {"shown": FULL, "typed": typed})
    assert Order.objects.get(pk=orders["known"].pk).status == "canceled"


@pytest.mark.parametrize("typed", ["", "oui", "55,81", "5580", "55,805", "NaN", "Infinity", "1e999999999", "-55,80"])
def test_any_other_sum_does_nothing(orders: dict[str, Order], typed: str) -> None:
    answer = signed_in("support").post(page_of(orders["known"]), {"shown": FULL, "typed": typed})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Ce n’est pas la somme à rendre. Rien n’a été fait." in page or "Tapez la somme à rendre." in page
    assert Order.objects.get(pk=orders["known"].pk).status == "paid"


def test_a_list_that_changed_is_shown_again(orders: dict[str, Order]) -> None:
    client = signed_in("support")
    url = page_of(orders["known"], orders["gift"])
    cancellation.cancel(orders["gift"].pk, RefundCause.STAFF)
    answer = client.post(url, {"shown": 2 * FULL, "typed": "55,80"})
    assert "La somme a changé entre-temps" in answer.content.decode()
    assert Order.objects.get(pk=orders["known"].pk).status == "paid"


def test_one_order_alone_asks_for_its_sum_too(orders: dict[str, Order]) -> None:
    client = signed_in("support")
    url = reverse("admin:orders_order_refund", args=[orders["known"].pk])
    assert "Annulée et remboursée." in client.get(url).content.decode()
    assert client.post(url).status_code == 200
    answer = client.post(url, {"shown": FULL, "typed": "55,80"})
    change = reverse("admin:orders_order_change", args=[orders["known"].pk])
    assert (answer.status_code, answer["Location"]) == (302, change)
    assert "Il n’y a rien à annuler ni à rendre." in client.get(url).content.decode()
    assert client.get(reverse("admin:orders_order_refund", args=[10**9])).status_code == 404


@pytest.mark.parametrize("ids", ["", "x", "1" * 40, ",".join(str(n) for n in range(1, 202))])
def test_no_order_or_too_many_are_sent_back(orders: dict[str, Order], ids: str) -> None:
    answer = signed_in("support").get(reverse("admin:orders_order_refunds"), {"ids": ids}, follow=True)
    assert "Choisissez de 1 à 200 commandes à la fois." in answer.content.decode()


@pytest.mark.parametrize("group", ["comptabilité", "marketing", "réseau"])
def test_others_may_not(orders: dict[str, Order], group: str) -> None:
    client = signed_in(group)
    assert client.get(page_of(orders["known"])).status_code == 403
    assert client.post(page_of(orders["known"]), {"shown": FULL, "typed": "55,80"}).status_code == 403
    assert Order.objects.get(pk=orders["known"].pk).status == "paid"


def test_money_the_bank_took_back_is_not_in_the_sum(orders: dict[str, Order]) -> None:
    disputes.apply(orders["contested"].payments.get().pk, "lost")
    plan = mass_refunds.dry_run(Order.objects.filter(pk=orders["contested"].pk))
    assert (plan.cents, plan.waiting_cents, plan.ending) == (0, 0, 1)


def test_a_dry_run_of_many_orders_takes_two_queries(orders: dict[str, Order]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        mass_refunds.dry_run(Order.objects.all())
    assert len(queries) == 2


def test_an_order_that_fails_stops_nobody_elses(orders: dict[str, Order]) -> None:
    gone = orders["known"].pk + 10**6
    result = mass_refunds.carry_out([gone, orders["known"].pk], actor="aline")
    assert (result.failed, result.canceled, result.cents) == (1, 1, FULL)


# --- One tap ------------------------------------------------------------------------------------------------------
def decide(client: Client, order: Order, verb: str = "") -> str:
    url = reverse("admin:orders_order_decide", args=[order.pk])
    answer = client.post(url, {"verb": verb}, follow=True) if verb else client.get(url, follow=True)
    return answer.content.decode()


def test_support_decides_of_a_contested_order_from_the_board(orders: dict[str, Order]) -> None:
    client, order = signed_in("support"), orders["contested"]
    board = client.get(reverse("admin:board")).content.decode()
    assert reverse("admin:orders_order_decide", args=[order.pk]) in board
    assert board.count("livraison retenue") == 1  # the order's row; its delivery adds none
    assert "Annuler sans rembourser" in decide(client, order)
    assert "la commande suit votre décision" in decide(client, order, "livrer")
    order.refresh_from_db()
    assert (order.status, order.problem) == ("paid", "")
    assert "rien n’a été modifié" in decide(client, order, "annuler")
    assert "n’attend aucune décision" in decide(client, order)


def test_support_cancels_without_refund(orders: dict[str, Order]) -> None:
    client, order = signed_in("support"), orders["contested"]
    assert "rien n’a été modifié" in decide(client, order, "brûler")
    decide(client, order, "annuler")
    order.refresh_from_db()
    assert (order.status, order.payments.get().refunds.count()) == ("canceled", 0)


def test_flowers_on_their_way_offer_no_cancellation(orders: dict[str, Order]) -> None:
    order = orders["departed"]
    intent = order.payments.get().intent_id or ""
    refunds.ingest(stripe_gateway.RefundState("re_1", "succeeded", FULL, intent, "", "", 0))
    assert cancellation.close_refunded(order.pk)
    page = decide(signed_in("support"), order)
    assert "elles ne peuvent plus être arrêtées" in page
    assert 'value="annuler"' not in page


def test_accounting_only_reads(orders: dict[str, Order]) -> None:
    client, order = signed_in("comptabilité"), orders["contested"]
    url = reverse("admin:orders_order_decide", args=[order.pk])
    assert client.post(url, {"verb": "livrer"}).status_code == 403
    assert client.get(url)["Location"] == reverse("admin:orders_order_change", args=[order.pk])


def test_accounting_takes_note_of_a_lost_dispute(orders: dict[str, Order]) -> None:
    client, payment = signed_in("comptabilité"), orders["contested"].payments.get()
    disputes.apply(payment.pk, "lost")
    url = reverse("admin:orders_payment_changelist")
    answer = client.post(url, {"action": "acknowledge", "_selected_action": [payment.pk]}, follow=True)
    assert "1 contestation prise en compte." in answer.content.decode()
    assert Payment.objects.get(pk=payment.pk).problem == ""
