"""One style sheet for the browser, many files for us.

The sources under `static/css/` are joined in the order below into `build/shop.css`. A staticfiles finder does it, so
the same code serves `runserver`, WhiteNoise in development and `collectstatic` for production.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUILT = "build/shop.css"
FIRST = ("tokens.css", "base.css", "layout.css")


def sources() -> list[Path]:
    """The style sheets in the order they are joined: tokens, base, layout, then the components by name."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return [folder / name for name in FIRST] + sorted((folder / "components").glob("*.css"))


def stylesheet() -> str:
    """The joined style sheet, without comments and indentation. No string of ours holds two blanks in a row."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r" ?([{};,]) ?", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}").strip()


class StylesheetFinder(BaseFinder):
    """Finds `build/shop.css`, writing it first when a source is newer."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.folder = Path(settings.STATIC_ROOT).parent / "assets"
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def _built(self) -> Path:
        path = self.folder / BUILT
        newest = max(source.stat().st_mtime for source in sources())
        if not path.exists() or path.stat().st_mtime < newest:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".tmp")
            draft.write_text(stylesheet(), encoding="utf-8")
            draft.replace(path)
        return path

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != BUILT:
            return []
        return [str(self._built())] if find_all else str(self._built())

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        self._built()
        yield BUILT, FileSystemStorage(location=self.folder)
