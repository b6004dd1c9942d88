"""What every page of a journey is held to: axe finds nothing and nothing sticks out sideways."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_inspected: set[tuple[str, str, int]] = set()


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8") if AXE.exists() else ""


def kind_of(url: str) -> str:
    """The page without what changes from one visit to the next."""
    path = re.sub(r"^https?://[^/]+", "", url).split("?")[0]
    return re.sub(r"/[A-Za-z0-9_-]{12,}(?=/|$)", "/…", path)


def sticks_out(page: Page) -> int:
    """How many pixels of the page lie beside the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return max(wide, 0)


def inspect(page: Page, shown: str = "") -> None:
    """Check this page once per kind, width and what it has `shown`. Raises AssertionError with every finding."""
    page.wait_for_load_state()
    width = (page.viewport_size or {"width": 0})["width"]
    key = (kind_of(page.url), shown, width)
    if key in _inspected:
        return
    _inspected.add(key)
    wide = sticks_out(page)
    assert not wide, f"{page.url} at {width} px: {wide} px stick out sideways"
    if not _axe():
        return
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    findings = [
        f"{violation['id']}: {violation['help']} – {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert not findings, f"axe at {kind_of(page.url)}, {width} px:\n" + "\n".join(findings)
