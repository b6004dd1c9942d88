"""Statements that Django writes once per process, and that run again and again with other values.

Writing the SQL of a query over four tables costs Django several times what PostgreSQL needs to run it. A request that
people wait for writes it once: the query stays an ordinary queryset over the models, with `Given("name")` where a value
will stand. Nothing of what was asked or found is kept between two runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery

Row = TypeVar("Row", bound=Model)
Write = InsertQuery | UpdateQuery


class Given(Expression):
    """A value named now and known when the statement runs."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.column = name, field

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)

    def taken_from(self, values: dict[str, Any]) -> Any:
        """The value to send, as its column wants it."""
        value, connection = values[self.name], connections[DEFAULT_DB_ALIAS]
        return value if self.column is None else self.column.get_db_prep_save(value, connection)


class Select(Generic[Row]):
    """A queryset, with `select_related`, annotations and `select_for_update` if it has them; asked by `run`."""

    def __init__(self, build: Callable[[], QuerySet[Row, Row]]) -> None:
        self._build = build

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any], Callable[[Iterable[Any]], list[Row]], bool]:
        compiler: Any = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return sql, params, _reader(compiler), compiler.query.select_for_update

    def run(self, **values: Any) -> list[Row]:
        """The rows, in one statement; `values` by the names of its `Given`."""
        sql, params, read, locks = self._compiled
        if locks and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise transaction.TransactionManagementError("rows are locked inside a transaction")
        return read(_run(sql, params, values))


class Writes:
    """Updates and inserts that one app makes together, in one statement (`WITH … AS (UPDATE …), … AS (INSERT …)`).

    All see the rows as they were before it, so none may wait for what another writes, nor touch the same row.
    """

    def __init__(self, build: Callable[[], Sequence[Write]]) -> None:
        self._build = build

    @cached_property
    def _compiled(self) -> tuple[str, list[Any]]:
        parts: list[str] = []
        params: list[Any] = []
        for write in self._build():
            compiler: Any = write.get_compiler(DEFAULT_DB_ALIAS)
            compiled = compiler.as_sql()
            sql, given = compiled[0] if isinstance(write, InsertQuery) else compiled
            key = compiler.connection.ops.quote_name(write.get_meta().pk.column)
            parts.append(f"w{len(parts)} (key) AS ({sql} RETURNING {key})")
            params += given
        keys = ", ".join(f"ARRAY(SELECT key FROM w{number})" for number in range(len(parts)))  # noqa: S608 # nosec B608 - our own names
        return f"WITH {', '.join(parts)} SELECT {keys}", params

    def run(self, **values: Any) -> list[list[int]]:
        """The keys of the rows that each of them wrote."""
        sql, params = self._compiled
        return list(_run(sql, params, values)[0])


def update(rows: QuerySet[Any, Any], **values: Any) -> UpdateQuery:
    """`rows.update(**values)`, to be run later."""
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    meta = rows.model._meta
    query.add_update_values({name: _typed(meta.get_field(name), value) for name, value in values.items()})
    query.annotations = {}
    return query


def insert(model: type[Model], *rows: dict[str, Any], once: str = "", overwrites: Sequence[str] = ()) -> InsertQuery:
    """Insert rows. With `once`, a unique column, a row that is there already gets the columns that `overwrites` names.

    A column whose default is computed, now or at random, must be named: it would be computed once per process.
    """
    meta = model._meta
    fields = [field for field in meta.concrete_fields if field.remote_field is not None or not field.primary_key]
    by_column = {field.attname: field for field in fields}
    computed = {field.attname for field in fields if _is_computed(field)}
    for row in rows:
        if missing := computed - row.keys():
            raise TypeError(f"{meta.label} needs {', '.join(sorted(missing))}")
    query = InsertQuery(
        model,
        on_conflict=OnConflict.UPDATE if once else None,
        update_fields=[by_column[name] for name in overwrites],
        unique_fields=[by_column[once]] if once else [],
    )
    objects = [model(**{name: _typed(by_column[name], value) for name, value in row.items()}) for row in rows]
    query.insert_values(fields, objects, raw=True)
    return query


def given(model: type[Model]) -> dict[str, Given]:
    """Every column of a new row, to be named as the model does: `columns` of an instance."""
    return {field.attname: Given(field.attname) for field in model._meta.concrete_fields if not field.primary_key}


def columns(row: Model) -> dict[str, Any]:
    """The values of a row that is not written yet."""
    return {name: getattr(row, name) for name in given(type(row))}


def _is_computed(field: Any) -> bool:
    clock = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return clock or (field.has_default() and callable(field.default))


def _reader(compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """What makes instances of a compiled query's rows, as Django's own `ModelIterable` does."""
    converters = compiler.get_converters([column[0] for column in compiler.select])
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:end]]
    populators: Any = get_related_populators
    related = populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
    more = list(compiler.annotation_col_map.items())

    def read(found: Iterable[Any]) -> list[Any]:
        rows = []
        for values in compiler.apply_converters(found, converters) if converters else found:
            row = model.from_db(DEFAULT_DB_ALIAS, names, values[first:end])
            for populator in related:
                populator.populate(values, row)
            for name, place in more:
                setattr(row, name, values[place])
            rows.append(row)
        return rows

    return read


def _typed(field: Any, value: Any) -> Any:
    return Given(value.name, field) if isinstance(value, Given) else value


def _run(sql: str, params: Sequence[Any], values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # Copied: JSON remembers the connection that sends it, and another thread may be sending the same on its own.
        cursor.execute(sql, [each.taken_from(values) if isinstance(each, Given) else copy(each) for each in params])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
