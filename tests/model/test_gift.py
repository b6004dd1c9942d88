"""A gift order against its model: thousands of things people, banks and machines may do, in any order."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.model.gift import GiftLife
from tests.model.world import World, size

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(0)]


def test_a_gift_ends_once_and_its_money_agrees(world: World) -> None:
    GiftLife.world = world
    run_state_machine_as_test(GiftLife, settings=size(examples=30, steps=30))
