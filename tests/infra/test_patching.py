"""Tests run our functions as they are: nothing of ours is replaced, but for the few places named here."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from interflora.dev.tools import CHECKOUT

OURS = {"addressless", "bench", "catalog", "florists", "interflora", "notifications", "orders", "standins", "tests"}
MOCKS = {"mock", "pytest_mock", "unittest.mock"}
# Where something of ours is replaced, how often, and why. What stands in no module below is never touched.
ALLOWED = {
    # A process that kills itself just before or just after the real call.
    ("tests/faults/test_order_kills.py", "module.*"): 1,
    ("tests/notifications/worker.py", "notifications.sending.check_now"): 1,
    ("tests/notifications/worker.py", "notifications.sending.mark_handed_over"): 1,
    ("tests/notifications/worker.py", "notifications.marketing.claiming.claim"): 1,
    ("tests/notifications/worker.py", "notifications.marketing.claiming._sift"): 1,
    ("tests/notifications/worker.py", "notifications.marketing.recording.record"): 1,
    ("tests/notifications/worker.py", "notifications.marketing.recording._write_accepted"): 1,
    ("tests/notifications/worker.py", "notifications.transports.sms.Batches.send"): 2,
    ("tests/notifications/worker.py", "notifications.transports.sms.send"): 1,
    # Constants: how long to wait, which words, which folder.
    ("tests/campaigns/test_imports.py", "notifications.marketing.sheets.MAX_LINES"): 1,
    ("tests/orders/test_wakeups.py", "orders.tasks.SWEEP_SECONDS"): 1,
    ("tests/notifications/test_transports_sms.py", "notifications.transports.http.READ_SECONDS"): 1,
    ("tests/notifications/test_identities.py", "notifications.transports.twitter_dm.PAGE_SECONDS"): 1,
    ("tests/addressless/test_signature_pages.py", "notifications.transports.twitter_dm.PAGE_SECONDS"): 1,
    ("tests/catalog/test_english.py", "product.*"): 1,
    ("tests/campaigns/test_consents.py", "notifications.marketing.consents.WORDINGS.*"): 1,
    ("tests/infra/test_translations.py", "interflora.dev.messages.CHECKOUT"): 1,
    ("tests/infra/test_translations.py", "interflora.dev.tools.CHECKOUT"): 1,
    ("tests/standins/test_specs.py", "tests.specs.FOLDER"): 1,
    # Settings by name: of a worker in a process of its own, and emptied one by one.
    ("tests/notifications/worker.py", "django.conf.settings.*"): 1,
    ("tests/infra/test_checks.py", "complete.*"): 2,
    ("tests/infra/test_checks.py", "settings.*"): 1,
    ("tests/web/test_cookies.py", "settings.*"): 1,
    # The ground a state machine walks on: tasks run where they are called.
    ("tests/model/conftest.py", "interflora.celery.app.conf.task_always_eager"): 2,
    ("tests/model/test_gift.py", "tests.model.gift.GiftLife.world"): 1,
    ("tests/model/test_known_address.py", "tests.model.known_address.KnownAddressLife.world"): 1,
}
SETTERS = {"setattr", "setitem", "delattr", "delitem"}


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Local name → dotted name, of every import of a file."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """What an expression `module.part` names, imports resolved; "" for a local object."""
    if isinstance(node, ast.Attribute):
        holder = dotted(node.value, names)
        return f"{holder}.{node.attr}" if holder else ""
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def replaced(tree: ast.Module) -> Iterator[str]:
    """Everything a file puts something else in the place of, as far as its text tells."""
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Attribute) and (name := dotted(target, names)):
                    yield name
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in SETTERS:
            continue
        target, *rest = node.args
        if isinstance(target, ast.Constant):
            yield str(target.value)
            continue
        named = rest and isinstance(rest[0], ast.Constant) and "item" not in called
        name = ast.literal_eval(rest[0]) if named else "*"
        local = target.id if isinstance(target, ast.Name) else ast.unparse(target)
        yield f"{dotted(target, names) or local}.{name}"


def of_ours(path: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    for name in replaced(tree):
        if name.partition(".")[0] in OURS or (path, name) in ALLOWED or name.endswith(".*"):
            yield path, name


def sources() -> list[Path]:
    return sorted((CHECKOUT / "tests").rglob("*.py"))


def test_nothing_of_ours_is_replaced_but_what_is_listed() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for source in sources():
        found.update(of_ours(str(source.relative_to(CHECKOUT)), ast.parse(source.read_text())))
    assert dict(found) == ALLOWED


def test_no_test_imports_a_mocking_library() -> None:
    for source in sources():
        for name in imported_names(ast.parse(source.read_text())).values():
            assert not any(name == mock or name.startswith(f"{mock}.") for mock in MOCKS), f"{source}: {name}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from orders import refunds\nmonkeypatch.setattr(refunds, 'submit', f)", "orders.refunds.submit"),
        ("from orders import refunds as r\nr.submit = f", "orders.refunds.submit"),
        ("import orders.refunds\norders.refunds.submit = f", "orders.refunds.submit"),
        ("monkeypatch.setattr('orders.refunds.submit', f)", "orders.refunds.submit"),
        ("from orders.models import Order\nsetattr(Order, 'save', f)", "orders.models.Order.save"),
        ("def kill(where, what):\n    setattr(where, what, f)", "where.*"),
    ],
)
def test_a_replacement_is_seen_however_it_is_written(text: str, name: str) -> None:
    assert list(of_ours("tests/some.py", ast.parse(text))) == [("tests/some.py", name)]


@pytest.mark.parametrize(
    "text",
    [
        "monkeypatch.setattr('django.utils.timezone.now', f)",
        "from django.conf import settings\nsettings.SITE_ROLE = 'shop'",
        "from orders.models import Order\norder = Order()\norder.status = 'paid'",
    ],
)
def test_the_clock_settings_and_rows_are_no_functions_of_ours(text: str) -> None:
    assert list(of_ours("tests/some.py", ast.parse(text))) == []
