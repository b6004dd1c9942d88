"""Compiling catalogs without the system's gettext."""

from __future__ import annotations

from pathlib import Path

import polib


def compile_catalogs(checkout: Path) -> list[Path]:
    """Write the .mo beside each .po of `locale/` that is newer than it; return the catalogs written."""
    written = []
    for source in sorted(checkout.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.tmp")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogs(Path(__file__).resolve().parents[2])
