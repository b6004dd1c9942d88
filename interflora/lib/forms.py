"""One manner for every form: fields that say what they are to the browser and keep errors beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString


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


def _attributes(attributes: dict[str, Any]) -> SafeString:
    shown = (
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not False
    )
    return SafeString("".join(shown))  # nosec B703 - each part is escaped above


def _input(widget: dict[str, Any]) -> SafeString:
    own = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        own["value"] = str(widget["value"])
    return format_html("<input{}{}>", _attributes(own), _attributes(widget["attrs"]))


def _select(widget: dict[str, Any]) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>',
        ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn) if name else drawn


_KINDS = "checkbox date datetime email hidden number password radio_option text time url"
_DRAWN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{kind}.html": _input for kind in _KINDS.split()},
}


class Renderer(DjangoTemplates):
    """Draws inputs and selects as Django's own templates do, without a template: those run one for each attribute
    list and one for each `<option>`, and a form with sixty days took longer to draw than all the rest of its page."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        if draw is None or context["widget"].get("wrap_label"):
            return str(super().render(template_name, context, request))
        return draw(context["widget"])
