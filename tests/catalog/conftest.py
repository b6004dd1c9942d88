"""What the tests of the catalogue share."""

import pytest

from catalog.demo.loading import load


@pytest.fixture
def demo(db: None) -> None:
    """The whole demonstration catalogue."""
    assert load() is True
