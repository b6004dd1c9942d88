from __future__ import annotations

import pytest

from florists import places


def test_a_postcode_of_several_towns_lists_them_by_name():
    assert [town.label for town in places.communes("01000")] == [
        "01000 Bourg-en-Bresse",
        "01000 Saint-Denis-lès-Bourg",
    ]


def test_a_big_city_is_one_town_in_each_of_its_postcodes():
    assert [(town.name, town.insee) for town in places.communes("75116")] == [("Paris", "75056")]


def test_corsica_is_served():
    assert [(town.name, town.department) for town in places.communes("20000")] == [("Ajaccio", "2A")]


@pytest.mark.parametrize("postcode", ["", "97400", "98000", "00000", "3500", "350000", "35 00 O", "３５０００"])
def test_elsewhere_and_nonsense_have_no_town(postcode):
    assert places.communes(postcode) == []


def test_blanks_in_a_postcode_are_forgiven():
    assert places.communes(" 35 000 ")[0].name == "Rennes"


def test_a_postcode_may_touch_two_departments():
    assert places.departments("48250") == {"07", "48"}


def test_every_postcode_has_at_least_one_town():
    assert len(places.postcodes()) == 6051
    assert all(places.communes(postcode) for postcode in places.postcodes())
