"""Rules the database keeps by itself: which ones an app declares, and how to break one on purpose.

A rule is named by its constraint, or `Model.field` for a field declared unique.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

Change = Callable[[], object]
Prepare = Callable[[], Change]
Case = tuple[str, Prepare]


def declared(app_label: str) -> set[str]:
    """Every CHECK and unique rule of an app's models."""
    rules = set()
    for model in apps.get_app_config(app_label).get_models():
        rules |= {constraint.name for constraint in model._meta.constraints}
        fields = model._meta.local_concrete_fields
        rules |= {f"{model.__name__}.{field.name}" for field in fields if field.unique and not field.primary_key}
    return rules


def written(make: Callable[[], Model], **values: Any) -> Prepare:
    """Break a rule by writing `values` over the row that `make` returns, past every verb."""

    def prepare() -> Change:
        row = make()
        return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)

    return prepare


def repeated(make: Callable[[], tuple[Model, Model]], *fields: str, **more: Any) -> Prepare:
    """Break a unique rule by giving the second of two rows the first one's `fields` (and `more` with them)."""

    def prepare() -> Change:
        first, second = make()
        first.refresh_from_db()
        values = {field: getattr(first, field) for field in fields} | more
        return lambda: type(second)._base_manager.filter(pk=second.pk).update(**values)

    return prepare


def without(constraint: str, prepare: Prepare) -> Prepare:
    """Break a rule that another constraint would refuse first: that one is dropped until the rollback."""

    def prepare_without() -> Change:
        change = prepare()

        def drop_and_change() -> None:
            connection.check_constraints()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname)"
                    " FROM pg_constraint WHERE conname = %s",
                    [constraint],
                )
                (statement,) = cursor.fetchone()
                cursor.execute(statement)
            change()

        return drop_and_change

    return prepare_without


def twice(make: Callable[[], Model]) -> Callable[[], tuple[Model, Model]]:
    """Two rows of one maker, for `repeated`."""
    return lambda: (make(), make())


def refused(rule: str, change: Change) -> None:
    """Require that PostgreSQL refuses the change, and names this rule."""
    model, dot, field = rule.partition(".")
    expected = rule if not dot else rf'_{model.lower()}_{field}(_id)?_\w+"'
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        change()
        connection.check_constraints()
