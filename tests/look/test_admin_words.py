"""No name of a column shows in the back office: each field on its pages has a French name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import translation

from notifications import names

SAME_IN_FRENCH = {
    "code",
    "commune",
    "composition",
    "contact",
    "description",
    "introduction",
    "occasion",
    "occasions",
    "segment",
}
SHOP = {"catalog", "orders", "florists", "addressless", "notifications"}


def shown() -> Iterator[tuple[type[Model], str]]:
    """Each field of the shop's models on a page of the admin."""
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in SHOP:
            continue
        yield from _shown_by(model, page)
        for inline in page.inlines:
            yield from _shown_by(inline.model, inline)


def _shown_by(model: type[Model], page: Any) -> Iterator[tuple[type[Model], str]]:
    declared = page.fieldsets or [
        (None, {"fields": page.fields or [field.name for field in model._meta.fields if field.editable]})
    ]
    rows = [*flatten_fieldsets(declared), *getattr(page, "list_display", []), *getattr(page, "list_filter", [])]
    for name in rows:
        if isinstance(name, str) and not hasattr(page, name) and name not in (page.exclude or ()):
            yield model, name


def _verbose_name(model: type[Model], name: str) -> str | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, Field) or field.primary_key:
        return None
    return str(field.verbose_name)


def test_every_field_of_the_admin_has_a_french_name() -> None:
    with translation.override("fr"):
        raw = {
            f"{model._meta.label}.{name}"
            for model, name in shown()
            if _verbose_name(model, name) == name.replace("_", " ") and name not in SAME_IN_FRENCH
        }
    assert not raw, " ".join(sorted(raw))


def test_every_message_has_a_name_for_the_staff() -> None:
    folders = {path.name for path in (settings.BASE_DIR / "templates/messages").iterdir() if path.is_dir()}
    assert folders - set(names.NAMES) == set()
