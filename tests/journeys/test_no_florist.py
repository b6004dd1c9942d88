"""One florist refuses, the next says nothing: the order is never left in the dark, and staff find somebody."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK
from tests.journeys.stack import JourneyStack, wait_for
from tests.journeys.test_gifts import offer_for

DARK = (
    "select public_id from orders_order where status = 'paid'"
    " and (next_step = '' or next_step_owner = '' or next_step_due_at is null or next_step_due_at <= %s)"
)
OFFERS = (
    "select o.status from florists_deliveryoffer o join orders_order r on r.delivery_id = o.delivery_id"
    " where r.public_id = %s and o.status <> 'planned' order by o.rank"
)


def offers_of(stack: JourneyStack, order: str) -> list[str]:
    return [status for (status,) in stack.sql(OFFERS, order)]


def step_of(stack: JourneyStack, order: str) -> tuple[str, str, bool]:
    """The delivery's next step, whose it is, and whether it has a date."""
    statement = (
        "select d.next_step, d.next_step_owner, d.next_step_due_at is not null"
        " from florists_delivery d join orders_order o on o.delivery_id = d.id where o.public_id = %s"
    )
    ((step, owner, is_dated),) = stack.sql(statement, order)
    return step, owner, is_dated


def test_a_refusal_then_silence_reach_the_board_and_staff_act(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender, first, staff, third = person(), person(), person(DESK), person()
    email = "sans-fleuriste@exemple.fr"
    steps.choose_bouquet(sender, stack)
    steps.give_address(sender)
    steps.write_card(sender)
    steps.give_details(sender, email)
    steps.pay(sender)
    order = str(stack.sql("select public_id from orders_order where sender_email = %s", email)[0][0])

    # Two florists are on the list of that day, no more.
    offer = offer_for(stack, order)
    stack.sql(
        "delete from florists_deliveryoffer where status = 'planned' and rank > 2"
        " and delivery_id = (select delivery_id from orders_order where public_id = %s)",
        order,
    )
    assert step_of(stack, order)[1:] == ("florist", True)

    # The first refuses.
    first.goto(steps.link_in(offer, "/fleuriste/"))
    steps.look(first)
    first.get_by_text("Je ne peux pas la prendre").click()
    first.wait_for_timeout(2_100)
    first.get_by_label("Il me manque des fleurs").check()
    first.get_by_role("button", name="Refuser cette livraison").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Vous avez refusé cette livraison")
    steps.look(first)
    wait_for(lambda: offers_of(stack, order) == ["refused", "open"])

    # The second says nothing until the deadline.
    stack.sql(
        "update florists_deliveryoffer set deadline_at = opened_at where status = 'open'"
        " and delivery_id = (select delivery_id from orders_order where public_id = %s)",
        order,
    )
    wait_for(lambda: offers_of(stack, order) == ["refused", "timed_out"])
    wait_for(lambda: step_of(stack, order) == ("find_florist", "staff", True))

    # Staff find it on the board, and ask a florist of their choice.
    steps.enter_back_office(staff, stack, "reseau")
    staff.goto(stack.backoffice_url + "gestion/a-traiter/")
    steps.look(staff)
    delivery = stack.sql(
        "select d.public_id from florists_delivery d join orders_order o on o.delivery_id = d.id"
        " where o.public_id = %s",
        order,
    )[0][0]
    grouped = "-".join(re.findall("....", delivery))
    row = staff.get_by_role("row").filter(has_text=grouped)
    expect(row).to_contain_text("trouver un fleuriste, changer la date ou annuler")
    row.get_by_role("link").click()
    expect(staff.locator("body")).to_contain_text("Plus de fleuriste sur la liste")
    staff.get_by_role("link", name="Proposer à un fleuriste").click()
    steps.look(staff)
    choice = staff.get_by_role("combobox", name="Fleuriste")
    choice.select_option(index=choice.locator("option").count() - 1)
    staff.get_by_role("button", name="Proposer").click()
    expect(staff.locator("body")).to_contain_text("Proposition envoyée.")
    assert offers_of(stack, order)[-1] == "open"
    assert step_of(stack, order)[1:] == ("florist", True)

    # The third makes it; the sender heard of none of this.
    steps.deliver(third, stack, offer_for(stack, order))
    told = stack.wait_message(email, "Vos fleurs sont livrées", "email")
    sender.goto(steps.link_in(told, "/commande/"))
    expect(sender.locator("main")).to_contain_text("livré")
    for word in ("refus", "sans réponse", "aucun fleuriste"):
        assert word not in str(stack.messages_to(email))
    staff.goto(stack.backoffice_url + "gestion/a-traiter/")
    expect(staff.locator("#content")).not_to_contain_text(grouped)
