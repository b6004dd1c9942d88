"""What workers do, in the test's own process: the woken tasks' verbs, over every row that waits."""

from __future__ import annotations

from django.test import Client

from orders import cancellation, facts, following, payments, refunds, webhooks
from orders.models import Order, Payment, Refund, StripeEvent
from tests.standin_client import StandIns


def handle_events() -> None:
    for pk in StripeEvent.objects.filter(status="received").order_by("pk").values_list("pk", flat=True):
        webhooks.handle(pk)


def submit_refunds() -> None:
    for pk in refunds.due().order_by("pk").values_list("pk", flat=True):
        refunds.submit(pk)


def close_sessions() -> None:
    ended = Payment.objects.filter(status__in=["expired", "failed"], session_closed_at=None, session_id__isnull=False)
    for pk in ended.values_list("pk", flat=True):
        payments.close_session(pk)


def follow_deliveries() -> None:
    for pk in following.to_follow():
        following.follow(pk)


def close_refunded() -> None:
    for pk in Order.objects.returned_but_promised().values_list("pk", flat=True):
        cancellation.close_refunded(pk)


def record_facts() -> None:
    for pk in facts.unrecorded():
        facts.record(pk)


def settle(standins: StandIns, client: Client) -> None:
    """Everything that is due, with the webhooks it causes, until nothing moves."""
    for _round in range(6):
        standins.deliver(client, provider="stripe")
        handle_events()
        close_sessions()
        submit_refunds()
        if not standins.webhooks(state="held", provider="stripe") and not refunds.due().exists():
            break
    handle_events()


def refunds_at_rest() -> list[tuple[str, int, str]]:
    return list(Refund.objects.order_by("pk").values_list("cause", "amount_cents", "status"))
