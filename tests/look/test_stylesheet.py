"""The one style sheet: joined in order, tokens only, and its colors readable together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as shop
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings

from interflora.lib import assets

CSS = Path(shop.BASE_DIR) / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (CSS / "tokens.css").read_text()))
SHOP_SHEETS = [path for path in assets.sources() if path.name != "tokens.css"]
GROUNDS = ("paper", "paper-deep", "paper-light")
TEXT = [(ink, ground) for ground in GROUNDS for ink in ("ink", "ink-soft", "ink-faint", "leaf", "leaf-deep", "error")]
TEXT += [("peony", "paper"), ("peony", "paper-light"), ("peony", "peony-soft"), ("error", "peony-soft")]
TEXT += [("ink", ground) for ground in ("leaf-soft", "peony-soft", "gold-soft")]
TEXT += [("leaf-deep", "leaf-soft"), ("paper-light", "leaf-deep"), ("paper-light", "leaf")]
CONTROLS = [("control", "paper"), ("control", "paper-light"), ("leaf", "paper"), ("peony", "paper"), ("error", "paper")]


def luminance(color: str) -> float:
    """Relative luminance of « #rrggbb » (WCAG 2.2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_control_can_be_seen_on_its_ground(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


@pytest.mark.parametrize("path", SHOP_SHEETS, ids=lambda path: path.name)
def test_sheet_uses_tokens_and_a_layer(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", text) == []
    assert re.match(r"\s*@layer (base|layout|components|pages) {", text)
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", SHOP_SHEETS, ids=lambda path: path.name)
def test_nothing_is_as_wide_as_the_window(path: Path) -> None:
    """A window's width counts its scrollbar, which is no room for a page."""
    assert re.findall(r"\b(?:50|100)[sld]?v(?:w|i|max)\b", path.read_text(encoding="utf-8")) == []


def test_every_variable_used_is_a_token() -> None:
    declared = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    used = {name for path in SHOP_SHEETS for name in re.findall(r"var\(--([\w-]+)", path.read_text())}
    assert used - declared == set()


def test_sources_are_joined_in_order_with_the_layers_declared_once() -> None:
    sheet = assets.stylesheet()
    assert sheet.startswith("@layer tokens,base,layout,components,pages;")
    assert [path.name for path in assets.sources()][:3] == ["tokens.css", "base.css", "layout.css"]
    assert len(sheet.encode()) < 50_000


def test_static_files_find_the_joined_sheet_with_every_source_in_it() -> None:
    found = finders.find(assets.BUILT)
    assert isinstance(found, str)
    sheet = Path(found).read_text(encoding="utf-8")
    assert sheet == assets.stylesheet()
    assert ".site-header{" in sheet
    assert ".timeline{" in sheet


def test_production_collects_every_file_the_sheet_names(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    (sheet,) = (tmp_path / "static" / "build").glob("shop.*.css")
    named = set(re.findall(r"url\(\"([^\"]+)\"\)", sheet.read_text(encoding="utf-8")))
    assert len(named) == 3
    assert [name for name in named if not (sheet.parent / name).resolve().exists()] == []


def test_faces_are_small_and_carry_their_licence() -> None:
    fonts = Path(shop.BASE_DIR) / "static" / "fonts"
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) < 40_000
    assert "SIL Open Font License, Version 1.1" in (fonts / "LICENSE-rosarivo.txt").read_text()
    assert sorted(path.name for path in fonts.glob("*.woff2")) == sorted(
        set(re.findall(r"rosarivo[\w-]+\.woff2", (CSS / "tokens.css").read_text()))
    )
