"""Statements written once per process: the same rows as a queryset's, whatever the values of this run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from addressless.models import ClaimSession
from florists.models import Delivery, DeliveryEvent, SealedAddress
from interflora.lib import clock, statements
from interflora.lib.statements import Given, Select, Writes, insert, update
from notifications.models import Message
from orders.models import Order
from tests.addressless.factories import make_invited, open_session
from tests.florists.factories import make_draft

pytestmark = pytest.mark.django_db


def test_a_select_finds_what_its_queryset_finds_with_all_that_hangs_on_it() -> None:
    session = open_session(make_invited())
    asked = Select(
        lambda: (
            ClaimSession.objects.select_related("claim__order__delivery")
            .annotate(note=Value("noted"))
            .filter(pk=Given("session"))
        )
    )
    expected = ClaimSession.objects.select_related("claim__order__delivery").get(pk=session.pk)
    with CaptureQueriesContext(connection) as made:
        (found,) = asked.run(session=session.pk)
        for row, same in ((found, expected), (found.claim, expected.claim), (found.claim.order, expected.claim.order)):
            assert row == same
            assert {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} == {
                f.attname: getattr(same, f.attname) for f in same._meta.concrete_fields
            }
        assert found.claim.order.delivery.items == expected.claim.order.delivery.items
        assert vars(found)["note"] == "noted"
    assert len(made) == 1
    assert asked.run(session=0) == []
    assert asked.run(session=session.pk) == [expected]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only() -> None:
    delivery = make_draft()
    locked = Select(lambda: Delivery.objects.filter(pk=Given("pk")).select_for_update())
    with transaction.atomic():
        assert locked.run(pk=delivery.pk) == [delivery]
    with pytest.raises(transaction.TransactionManagementError):
        locked.run(pk=delivery.pk)


def test_writes_of_one_statement_tell_which_rows_they_wrote() -> None:
    delivery, now = make_draft(), clock.now()
    lines = [{"delivery_id": Given("delivery"), "kind": kind, "data": {}, "created_at": Given("now")} for kind in "ab"]
    written = Writes(
        lambda: [
            update(Delivery.objects.filter(pk=Given("delivery"), card_text=Given("old")), card_text=Given("new")),
            insert(DeliveryEvent, *lines),
        ]
    )
    for old, new, moved in (("", "Bonjour", [delivery.pk]), ("", "Bonsoir", []), ("Bonjour", "Bonsoir", [delivery.pk])):
        at = now + timedelta(seconds=len(old))
        with CaptureQueriesContext(connection) as made:
            keys, events = written.run(delivery=delivery.pk, old=old, new=new, now=at)
        assert (len(made), keys) == (1, moved)
        rows = DeliveryEvent.objects.filter(pk__in=events).order_by("pk")
        assert [(row.kind, row.created_at) for row in rows] == [("a", at), ("b", at)]
    assert Delivery.objects.get(pk=delivery.pk).card_text == "Bonsoir"


def test_what_is_kept_written_remembers_no_connection() -> None:
    line = {"delivery_id": Given("delivery"), "kind": "a", "data": {"of": "a"}, "created_at": Given("now")}
    written = Writes(lambda: [insert(DeliveryEvent, line)])
    ((pk,),) = written.run(delivery=make_draft().pk, now=clock.now())
    assert DeliveryEvent.objects.get(pk=pk).data == {"of": "a"}
    (kept,) = [each for each in written._compiled[1] if isinstance(each, Jsonb)]
    assert vars(kept)["_conn"] is None


def test_what_is_computed_for_each_row_cannot_be_computed_once() -> None:
    with pytest.raises(TypeError, match=r"created_at, data"):
        insert(DeliveryEvent, {"delivery_id": 1, "kind": "a"})
    with pytest.raises(TypeError, match="sealed_at"):
        insert(SealedAddress, {"delivery_id": 1, "key_id": 1, "blob": b""}, once="delivery_id")


def test_a_row_is_named_column_by_column() -> None:
    order = Order(language="en")
    named = statements.columns(order)
    assert named["language"] == "en"
    assert named.keys() == statements.given(Order).keys()
    assert "id" not in statements.given(Message)
