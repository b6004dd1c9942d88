"""What every form is drawn with: labels, hints and errors tied to their inputs, typed values kept."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.template.loader import render_to_string

from interflora.lib.forms import FieldsMixin


class GreetingForm(FieldsMixin, forms.Form):
    autocomplete = {"name": "name"}

    name = forms.CharField(label="Nom", help_text="Celui de la sonnette.", max_length=10)
    tone = forms.ChoiceField(label="Ton", choices=[("warm", "Chaleureux"), ("dry", "Sobre")], widget=forms.RadioSelect)
    flowers = forms.MultipleChoiceField(
        label="Fleurs",
        choices=[("rose", "Rose"), ("iris", "Iris")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="D’accord", required=False)
    basket = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(form: forms.Form, name: str, **context: Any) -> str:
    html = render_to_string("components/field.html", {"field": form[name], **context})
    return re.sub(r"\s+", " ", html).strip()


def test_label_and_hint_are_tied_to_the_input() -> None:
    html = drawn(GreetingForm(), "name")
    assert '<label for="id_name">Nom</label>' in html
    assert 'id="id_name_helptext">Celui de la sonnette.<' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'autocomplete="name"' in html
    assert "aria-invalid" not in html


def test_given_hint_replaces_the_help_text_and_is_tied_too() -> None:
    html = drawn(GreetingForm(), "agreed", hint="Sans engagement.")
    assert 'aria-describedby="id_agreed_helptext"' in html
    assert 'id="id_agreed_helptext">Sans engagement.<' in html


def test_error_is_beside_the_field_and_what_was_typed_stays() -> None:
    html = drawn(GreetingForm({"name": "Camille & Dominique"}), "name")
    assert 'value="Camille &amp; Dominique"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.count('id="id_name_error"') == 1


def test_radios_are_cards_in_a_named_group_without_a_choice_made_in_advance() -> None:
    html = drawn(GreetingForm(), "tone")
    assert "<legend>Ton</legend>" in html
    assert html.count('class="choice"') == 2
    assert "checked" not in html


def test_group_without_an_answer_says_so_once() -> None:
    html = drawn(GreetingForm({}), "tone")
    assert '<fieldset class="choices field--invalid" id="id_tone" aria-describedby=" id_tone_error">' in html
    assert html.count('class="field__error"') == 1


def test_several_boxes_are_a_group_and_one_box_is_a_field() -> None:
    assert drawn(GreetingForm({"flowers": ["iris"]}), "flowers").count("checked") == 1
    assert 'class="field field--check"' in drawn(GreetingForm(), "agreed")


def test_hidden_field_is_the_bare_input() -> None:
    assert drawn(GreetingForm(), "basket") == '<input type="hidden" name="basket" id="id_basket">'


def test_summary_of_errors_leads_to_each_field() -> None:
    html = render_to_string("components/form_errors.html", {"form": GreetingForm({})})
    assert 'href="#id_name"' in html
    assert 'href="#id_tone"' in html
    assert 'role="alert"' in html
    assert render_to_string("components/form_errors.html", {"form": GreetingForm()}).strip() == ""
