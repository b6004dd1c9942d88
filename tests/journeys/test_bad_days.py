"""Redis emptied, Redis gone, PostgreSQL restarted, a worker killed: everything still happens, once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.stack import JourneyStack, wait_for
from tests.journeys.test_gifts import give

SLOW = 90.0  # a sweeper finds the row when the wake-up was lost


def invitations(stack: JourneyStack, to: str) -> list[str]:
    return [m["text"] for m in stack.messages_to(to, "email") if "Découvrir ce cadeau" in m["text"]]


def refunds_of(stack: JourneyStack, email: str) -> list[str]:
    """Statuses of every refund row of this sender."""
    rows = stack.sql(
        "select r.status from orders_refund r join orders_payment p on p.id = r.payment_id"
        " join orders_order o on o.id = p.order_id where o.sender_email = %s",
        email,
    )
    return [status for (status,) in rows]


def test_redis_is_emptied_again_and_again(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender = person()
    stack.flush_redis()
    give(stack, sender, "vide@exemple.fr", "E-mail", "Son adresse e-mail", "vide-recoit@exemple.fr")
    for _ in range(20):
        stack.flush_redis()
    wait_for(lambda: invitations(stack, "vide-recoit@exemple.fr"), SLOW)
    stack.flush_redis()
    sender.get_by_role("link", name="Suivre l’invitation").click()
    sender.get_by_text("Annuler ce cadeau").click()
    sender.get_by_label("Oui, annulez et remboursez-moi").check()
    sender.get_by_role("button", name="Annuler et être remboursé").click()
    stack.flush_redis()
    wait_for(lambda: refunds_of(stack, "vide@exemple.fr") == ["succeeded"], SLOW)
    assert len(invitations(stack, "vide-recoit@exemple.fr")) == 1


def test_pages_work_while_redis_is_gone_and_work_resumes_by_itself(
    stack: JourneyStack, person: Callable[..., Page]
) -> None:
    sender = person()
    with stack.redis_stopped():
        give(stack, sender, "sans-redis@exemple.fr", "E-mail", "Son adresse e-mail", "sans-redis-recoit@exemple.fr")
        expect(sender.get_by_role("heading", level=1)).to_be_visible()
    wait_for(lambda: invitations(stack, "sans-redis-recoit@exemple.fr"), SLOW)
    assert len(invitations(stack, "sans-redis-recoit@exemple.fr")) == 1


def test_a_worker_killed_while_it_works_doubles_nothing(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender = person()
    os.killpg(stack.process("worker").pid, signal.SIGKILL)
    give(stack, sender, "tue@exemple.fr", "E-mail", "Son adresse e-mail", "tue-recoit@exemple.fr")
    stack.respawn("worker")
    wait_for(lambda: stack.sql("select 1 from notifications_message where status = 'sending'") or True)
    os.killpg(stack.process("worker").pid, signal.SIGKILL)
    stack.respawn("worker")
    wait_for(lambda: invitations(stack, "tue-recoit@exemple.fr"), SLOW)
    assert len(invitations(stack, "tue-recoit@exemple.fr")) == 1


def test_the_shop_comes_back_after_postgresql_restarts(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page = person()
    steps.choose_bouquet(page, stack)
    stack.restart_postgres()
    wait_for(lambda: page.goto(stack.shop_url + "panier/").status == 200)  # type: ignore[union-attr]
    expect(page.locator("main")).to_contain_text("Rouge Opéra")
