"""Do the shop's outgoing requests fit the providers' published contracts?

The contracts lie beside the checkout, in `../shared/specs/` (see their README); where they do not, checks are skipped
and say so. Written apart from the stand-ins on purpose: two readings of the same contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

JSON = dict[str, Any]
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "specs"
PROVIDERS = ("stripe", "twilio", "x")


def why_not() -> str:
    """Return why nothing can be checked, or ""."""
    absent = [name for name in PROVIDERS if not (FOLDER / f"{name}.json").is_file()]
    return f"the providers' contracts are not beside this checkout ({', '.join(absent)} in {FOLDER})" if absent else ""


def check(requests: Iterable[JSON]) -> int:
    """Assert that recorded requests (`standins.requests()`) fit the contracts; returns how many were checked.

    Skips the test, with the reason, when the contracts are absent: call it last.
    """
    if reason := why_not():
        pytest.skip(reason)
    checked, wrong = 0, []
    for request in requests:
        if request["provider"] in PROVIDERS:
            checked += 1
            wrong += [f"{request['method']} {request['path']}: {text}" for text in problems(request)]
    assert not wrong, "\n".join(wrong)
    return checked


def problems(request: JSON) -> list[str]:
    """Return what is wrong with one recorded request."""
    spec = _spec(request["provider"])
    for template, operations in spec["paths"].items():
        if match := _pattern(template).fullmatch(request["path"]):
            operation = operations.get(request["method"].lower())
            if operation is None:
                return ["no such method here"]
            if request["provider"] == "stripe":
                return _stripe(request, operation)
            return _openapi(request, operation, match.groupdict(), spec)
    return ["no such address"]


def check_answer(provider: str, name: str, body: Any) -> None:
    """Assert that an object fits a published resource (Stripe) or schema (Twilio, X) of that name."""
    spec = _spec(provider)
    schema = spec["resources"][name] if provider == "stripe" else spec["components"]["schemas"][name]
    wrong = list(_mismatches(body, schema | {"additionalProperties": False}, spec, name))
    assert not wrong, "\n".join(wrong)


# --- The two kinds of contract
def _stripe(request: JSON, operation: JSON) -> list[str]:
    sent = request["form"] if request["method"] == "POST" else request["query"]
    wrong = ["a POST carries its parameters in the body"] if request["method"] == "POST" and request["query"] else []
    return [*wrong, *_mismatches(_unbracketed(sent), operation["params"], {}, "", text=True)]


def _openapi(request: JSON, operation: JSON, path: dict[str, str], spec: JSON) -> list[str]:
    wrong: list[str] = []
    known: dict[str, JSON] = {}
    for parameter in operation.get("parameters", []):
        resolved = _resolved(parameter, spec)
        known[resolved["name"]] = resolved
    for name, value in path.items():
        wrong += _mismatches(value, known[name]["schema"], spec, name, text=True)
    for name, value in request["query"]:
        if known.get(name, {}).get("in") != "query":
            wrong.append(f"unknown query parameter {name}")
            continue
        schema = _resolved(known[name]["schema"], spec)
        given = value.split(",") if schema.get("type") == "array" else value
        wrong += _mismatches(given, schema, spec, name, text=True)
    sent = {name for name, _ in request["query"]}
    wrong += [
        f"missing query parameter {name}"
        for name, one in known.items()
        if one.get("in") == "query" and one.get("required") and name not in sent
    ]
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        wrong += _mismatches(request["json"], content["application/json"]["schema"], spec, "body")
    elif content:
        (media,) = content.values()
        schema = _resolved(media["schema"], spec) | {"additionalProperties": False}
        wrong += _mismatches(_repeated(request["form"], schema), schema, spec, "", text=True)
    elif request["form"] or request["json"] is not None:
        wrong.append("a body where none is taken")
    return wrong


def _repeated(form: list[list[str]], schema: JSON) -> JSON:
    lists = {name for name, one in schema["properties"].items() if one.get("type") == "array"}
    result: JSON = {}
    for name, value in form:
        if name in lists:
            result.setdefault(name, []).append(value)
        else:
            result[name] = value
    return result


def _unbracketed(pairs: list[list[str]]) -> JSON:
    result: JSON = {}
    for name, value in pairs:
        steps = [step.rstrip("]") for step in name.split("[")]
        level = result
        for step in steps[:-1]:
            level = level.setdefault(step, {})
        level[steps[-1] or str(len(level))] = value
    return result


# --- One value against one schema
def _mismatches(value: Any, schema: JSON, spec: JSON, where: str, *, text: bool = False) -> list[str]:  # noqa: PLR0911
    """Return what does not fit; with `text`, numbers and booleans arrive written out, as forms carry them."""
    schema = _resolved(schema, spec)
    if value is None:
        return [] if schema.get("nullable") else [f"{where}: null"]
    if "anyOf" in schema and "type" not in schema:
        tries = [_mismatches(value, one, spec, where, text=text) for one in schema["anyOf"]]
        return [] if [] in tries else min(tries, key=len)
    match schema.get("type"):
        case "object":
            return _object(value, schema, spec, where, text)
        case "array":
            if text and isinstance(value, dict) and all(key.isdigit() for key in value):
                value = [value[key] for key in sorted(value, key=int)]
            if not isinstance(value, list):
                return [f"{where}: not a list"]
            items = schema.get("items", {})
            found = [
                one
                for n, item in enumerate(value)
                for one in _mismatches(item, items, spec, f"{where}[{n}]", text=text)
            ]
            return found + _limits(value, schema, where)
        case "integer":
            written = text and isinstance(value, str) and re.fullmatch(r"-?\d+", value)
            if not written and (not isinstance(value, int) or isinstance(value, bool)):
                return [f"{where}: {value!r} is not a whole number"]
            return _limits(int(value), schema, where)
        case "number":
            written = text and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
            return [] if written or isinstance(value, int | float) else [f"{where}: {value!r} is not a number"]
        case "boolean":
            fits = value in {"true", "false", "True", "False"} if text else isinstance(value, bool)
            return [] if fits else [f"{where}: {value!r} is not true or false"]
        case "string":
            return _limits(value, schema, where) if isinstance(value, str) else [f"{where}: {value!r} is not a text"]
    return []


def _object(value: Any, schema: JSON, spec: JSON, where: str, text: bool) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: not an object"]
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    wrong = [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
    if "anyOf" in schema and not any(all(name in value for name in one["required"]) for one in schema["anyOf"]):
        wrong.append(f"{where}: none of {[one['required'] for one in schema['anyOf']]}")
    for name, item in value.items():
        inside = f"{where}[{name}]" if where else name
        if name in known:
            wrong += _mismatches(item, known[name], spec, inside, text=text)
        elif others is False:
            wrong.append(f"{inside}: unknown")
        elif isinstance(others, dict):
            wrong += _mismatches(item, others, spec, inside, text=text)
    return wrong


def _limits(value: Any, schema: JSON, where: str) -> list[str]:
    wrong = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where}: {value!r} is none of {schema['enum'][:12]}")
    if isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)) or len(value) < schema.get("minLength", 0):
            wrong.append(f"{where}: {len(value)} characters")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            wrong.append(f"{where}: {value!r} does not fit {schema['pattern']}")
        if schema.get("format") == "uri" and not re.match(r"https?://[^/]+", value):
            wrong.append(f"{where}: {value!r} is no address")
    elif isinstance(value, int):
        if value > schema.get("maximum", value) or value < schema.get("minimum", value):
            wrong.append(f"{where}: {value} is out of bounds")
    elif isinstance(value, list) and (
        len(value) < schema.get("minItems", 0) or (schema.get("uniqueItems") and len(set(value)) < len(value))
    ):
        wrong.append(f"{where}: too few or repeated")
    return wrong


def _resolved(schema: JSON, spec: JSON) -> JSON:
    while "$ref" in schema:
        found: Any = spec
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


@cache
def _spec(provider: str) -> JSON:
    return dict(json.loads((FOLDER / f"{provider}.json").read_text()))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))
