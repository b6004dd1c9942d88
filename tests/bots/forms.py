"""What a machine finds on a page: links, and forms as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = dict[str, str]


@dataclass
class Form:
    """One form: where it goes, what is filled in already, what could be pressed or chosen."""

    method: str
    action: str
    filled: Fields = field(default_factory=dict)
    buttons: list[Fields] = field(default_factory=list)  # one set of fields for each submit button
    choices: dict[str, str] = field(default_factory=dict)  # the first value of each radio or select left open


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._textarea = ""
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "a" and got.get("href"):
            self.links.append(got["href"])
        elif tag == "form":
            self._form = Form(got.get("method", "get").lower(), got.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._in_form(self._form, tag, got)

    def _in_form(self, form: Form, tag: str, got: Fields) -> None:
        name, kind = got.get("name", ""), got.get("type", "submit" if tag == "button" else "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._option(form, got)
        elif tag == "textarea":
            self._textarea = name
            form.filled[name] = ""
        elif kind in {"submit", "image"}:
            form.buttons.append({name: got.get("value", "")} if name else {})
        elif tag != "input" or not name:
            return
        elif kind in {"radio", "checkbox"}:
            if "checked" in got:
                form.filled[name] = got.get("value", "on")
            elif kind == "radio":
                form.choices.setdefault(name, got.get("value", "on"))
        else:
            form.filled[name] = got.get("value", "")

    def _option(self, form: Form, got: Fields) -> None:
        if "selected" in got or self._select not in form.filled:
            form.filled[self._select] = got.get("value", "")
        if got.get("value"):
            form.choices.setdefault(self._select, got["value"])

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.filled[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
