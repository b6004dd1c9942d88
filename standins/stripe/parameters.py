"""Reading Stripe's bracketed form parameters, and refusing what the API refuses: names, types, values, lengths."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from standins.stripe.errors import Refused

Pairs = list[tuple[str, str]]
Check = Callable[[str, Any], Any]
_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def nested(pairs: Pairs) -> dict[str, Any]:
    """Turn `a[b][0]=c` into `{"a": {"b": {"0": "c"}}}`; `a[]=x` counts up."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.match(name)
        if match is None:
            raise Refused(f"Invalid parameter name: {name}", code="parameter_unknown", param=name)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        level = result
        for step in path[:-1]:
            level = level.setdefault(step or str(len(level)), {})
            if not isinstance(level, dict):
                raise Refused(f"Invalid parameter: {name}", param=name)
        level[path[-1] or str(len(level))] = value
    return result


def _bad(param: str, message: str, code: str = "") -> Refused:
    return Refused(message, code=code, param=param)


def _plain(param: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(param, f"Invalid string: {param}")
    return value


def text(limit: int = 5000, minimum: int = 1) -> Check:
    """A string of at most `limit` characters."""

    def check(param: str, value: Any) -> str:
        given = _plain(param, value)
        if len(given) < minimum:
            raise _bad(param, f"You passed an empty string for '{param}'.", "parameter_invalid_empty")
        if len(given) > limit:
            raise _bad(param, f"Invalid string: must be at most {limit} characters", "parameter_invalid_string_length")
        return given

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number; money is in minor units, so « 65.00 » is refused."""

    def check(param: str, value: Any) -> int:
        if not re.fullmatch(r"-?\d{1,18}", _plain(param, value)):
            raise _bad(param, f"Invalid integer: {value}", "parameter_invalid_integer")
        number = int(value)
        if minimum is not None and number < minimum:
            raise _bad(param, f"This value must be greater than or equal to {minimum}.", "parameter_invalid_integer")
        if maximum is not None and number > maximum:
            raise _bad(param, f"This value must be less than or equal to {maximum}.", "parameter_invalid_integer")
        return number

    return check


def boolean(param: str, value: Any) -> bool:
    """true or false."""
    if value not in ("true", "false"):
        raise _bad(param, f"Invalid boolean: {value}", "parameter_invalid_boolean")
    return bool(value == "true")


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(param: str, value: Any) -> str:
        if value not in values:
            raise _bad(param, f"Invalid {param}: must be one of {', '.join(values)}")
        return str(value)

    return check


def url(param: str, value: Any) -> str:
    """An absolute web address."""
    parts = urlsplit(text()(param, value))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise _bad(param, "Not a valid URL", "url_invalid")
    return str(value)


def email(param: str, value: Any) -> str:
    """An address with one @ and a dot behind it."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text(800)(param, value)):
        raise _bad(param, f"Invalid email address: {value}", "email_invalid")
    return str(value)


def currency(param: str, value: Any) -> str:
    """A currency this stand-in knows, in small letters."""
    word = _plain(param, value).lower()
    if word not in {"eur", "usd", "gbp", "chf", "cad", "jpy"}:
        raise _bad(param, f"Invalid currency: {value}")
    return word


def metadata(param: str, value: Any) -> dict[str, str]:
    """At most 50 keys of 40 characters, values of 500 characters."""
    if not isinstance(value, dict):
        raise _bad(param, f"Invalid object: {param}")
    if len(value) > 50:
        raise _bad(param, "Metadata can have at most 50 keys")
    for key, item in value.items():
        if len(key) > 40:
            raise _bad(f"{param}[{key}]", "Metadata keys can have at most 40 characters")
        if len(_plain(f"{param}[{key}]", item)) > 500:
            raise _bad(f"{param}[{key}]", "Metadata values can have at most 500 characters")
    return dict(value)


def record(fields: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no other."""

    def check(param: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _bad(param, f"Invalid object: {param}")
        return read(value, fields, required, param)

    return check


def listing(item: Check, maximum: int = 100) -> Check:
    """An array."""

    def check(param: str, value: Any) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise _bad(param, f"Invalid array: {param}")
        if len(value) > maximum:
            raise _bad(param, f"You can pass at most {maximum} {param}.")
        ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
        return [item(f"{param}[{key}]", entry) for key, entry in ordered]

    return check


def moment_range(param: str, value: Any) -> dict[str, int]:
    """A timestamp, or an object of gt, gte, lt, lte."""
    if isinstance(value, str):
        at = integer(0)(param, value)
        return {"gte": at, "lte": at}
    bound = integer(0)
    checked: dict[str, int] = record({"gt": bound, "gte": bound, "lt": bound, "lte": bound})(param, value)
    return checked


def not_simulated(param: str, value: Any) -> Any:
    """Refuse a parameter Stripe knows and this stand-in does not: never accept it in silence."""
    raise _bad(param, f"The stand-in does not simulate '{param}' (Stripe may).", "standin_not_simulated")


def read(
    given: Mapping[str, Any], fields: Mapping[str, Check], required: tuple[str, ...] = (), inside: str = ""
) -> dict[str, Any]:
    """Check every given parameter; raises Refused for unknown, missing or wrong ones."""

    def full(name: str) -> str:
        return f"{inside}[{name}]" if inside else name

    for name in given:
        if name not in fields:
            raise Refused(f"Received unknown parameter: {full(name)}", code="parameter_unknown", param=full(name))
    for name in required:
        if name not in given:
            raise Refused(f"Missing required param: {full(name)}.", code="parameter_missing", param=full(name))
    return {name: fields[name](full(name), value) for name, value in given.items()}


EXPAND: dict[str, Check] = {"expand": listing(text(), 20)}
PAGE: dict[str, Check] = {
    **EXPAND,
    "limit": integer(1, 100),
    "starting_after": text(),
    "ending_before": text(),
    "created": moment_range,
}
