"""Texts that rest in two languages: the French one always, the English one once somebody wrote it.

A pair is two attributes of a row, or two keys of a dictionary: ``name`` and ``name_en``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from django.utils.translation import get_language, override

T = TypeVar("T")


def is_english() -> bool:
    """Whether the reader of this page or message reads English."""
    return (get_language() or "fr").startswith("en")


def shown(french: T, english: T) -> T:
    """The text for the present reader: the English one when it is wanted and exists."""
    return english if english and is_english() else french


def both(tell: Callable[[], str]) -> tuple[str, str]:
    """What ``tell`` says in French and in English, whoever reads now."""
    with override("fr"):
        french = tell()
    with override("en"):
        return french, tell()


class Shown(Generic[T]):
    """``shown_name = Shown[str]("name")``: ``row.shown_name`` is the name in the reader's language."""

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type[Any]) -> T: ...
    def __get__(self, row: object | None, owner: type[Any]) -> Self | T:
        if row is None:
            return self
        french: T = getattr(row, self.name)
        english: T = getattr(row, f"{self.name}_en")
        return shown(french, english)


def is_complete(row: object, *names: str) -> bool:
    """Whether each of these texts that says something in French says it in English."""
    return all(getattr(row, f"{name}_en") for name in names if getattr(row, name))
