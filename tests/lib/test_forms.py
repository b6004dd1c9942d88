"""Inputs and selects are drawn without templates, and are the same HTML as Django's own templates make."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from interflora.lib.forms import Renderer

NASTY = 'Rue de l’Étoile "12" <b> & Cie'
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), NASTY),
    (forms.TextInput(attrs={"required": True, "disabled": False, "maxlength": 80}), None),
    (forms.EmailInput(), "a@example.com"),
    (forms.NumberInput(), 12345),
    (forms.PasswordInput(), "not shown"),
    (forms.HiddenInput(), NASTY),
    (forms.DateInput(), date(2026, 2, 14)),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(attrs={"class": NASTY}), False),
    (forms.Select(choices=[("", "Choisissez"), ("1", NASTY), (2, "deux")]), "2"),
    (forms.Select(attrs={"aria-describedby": "id_x_error"}, choices=[("Ville", [("a", "A"), ("b", "B")])]), "b"),
    (forms.SelectMultiple(choices=[("1", "un"), ("2", "deux")]), ["1", "2"]),
    (forms.Textarea(attrs={"rows": 3}), NASTY),
    (forms.RadioSelect(choices=[("1", "un"), ("2", NASTY)]), "2"),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS, ids=lambda each: type(each).__name__)
def test_same_html_as_the_templates_of_django(widget: forms.Widget, value: Any) -> None:
    drawn, expected = (
        re.sub(
            r"\n\s*", "\n", widget.render("field", value, {"id": "id_field"}, renderer=renderer)
        )  # blank lines aside
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert drawn == expected


def test_a_radio_without_its_label_is_the_same_too() -> None:
    class Form(forms.Form):
        moment = forms.ChoiceField(choices=[("1", "un"), ("2", "deux")], widget=forms.RadioSelect)

    drawn, expected = (
        [choice.tag() for choice in Form({"moment": "2"}, renderer=renderer)["moment"]]
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert drawn == expected
    assert len(drawn) == 2
