"""An order with a known address against its model: paid, changed, canceled, delivered or refunded in any order."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.model.known_address import KnownAddressLife
from tests.model.world import World, size

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(0)]


def test_an_order_is_delivered_or_refunded_and_its_money_agrees(world: World) -> None:
    KnownAddressLife.world = world
    run_state_machine_as_test(KnownAddressLife, settings=size(examples=15, steps=30))
