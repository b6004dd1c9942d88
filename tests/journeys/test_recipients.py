"""Ten recipients' stories, dead ends included: on a phone, with the keyboard alone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys import followers, recipients
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.hands import Hands, Keys, Taps
from tests.journeys.recipients import Scene
from tests.journeys.stack import JourneyStack

STORIES = (
    followers.arranges_the_delivery,
    followers.thanks_then_erases_everything,
    recipients.refuses_then_changes_her_mind,
    recipients.refuses_without_a_word,
    recipients.does_not_trust_the_message,
    recipients.is_frightened_by_the_card,
    recipients.is_interrupted_while_filling_the_form,
    recipients.lives_where_nobody_delivers,
    recipients.comes_too_late,
    followers.worries_after_the_florist_started,
)
WAYS: dict[str, Callable[[Callable[..., Page]], Hands]] = {
    "phone": lambda person: Taps(person(PHONE)),
    "keyboard": lambda person: Keys(person(DESK)),
    "no-scripts": lambda person: Taps(person(PHONE, scripts=False)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_recipient(
    stack: JourneyStack, person: Callable[..., Page], story: Callable[[Scene], None], way: str
) -> None:
    def come() -> Hands:
        return WAYS[way](person)

    story(Scene(stack, come(), come))
