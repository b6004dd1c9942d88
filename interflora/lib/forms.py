"""One manner for every form: fields that say what they are to the browser and keep errors beside them."""

from __future__ import annotations

from typing import Any

from django import forms


class FieldsMixin(forms.BaseForm):
    """Sets `autocomplete` and ties hints and errors to their widgets (rendered by components/field.html).

    A form declares `autocomplete = {"field": "token"}`.
    """

    autocomplete: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            if name in self.autocomplete:
                field.widget.attrs.setdefault("autocomplete", self.autocomplete[name])
            if field.required:
                field.widget.attrs.setdefault("aria-required", "true")
