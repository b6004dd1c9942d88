"""What the shop needs of its database, asked by the checks and by `./shop run` alike."""

from __future__ import annotations

from typing import Protocol

CREATE = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8"

# What a server would otherwise tell of people, in its log and in its views: the details of a refused row, the text of a
# statement that failed, the text of one under way. Values stand in all three.
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic", "track_activities": "off"}


class Cursor(Protocol):
    """The part of a database cursor used here."""

    def execute(self, sql: str) -> object:
        """Run one statement."""

    def fetchone(self) -> tuple[object, ...] | None:
        """Return the next row."""


def locale_problem(cursor: Cursor) -> str:
    """Return "" when the database folds accented letters, else one line that says what to do.

    The locale it should have is the builtin C.UTF-8: with plain C, upper('é') stays 'é' and trigrams lose accents.
    """
    cursor.execute(
        "SELECT pg_encoding_to_char(encoding), datctype, upper('é') = 'É'"
        " FROM pg_database WHERE datname = current_database()"
    )
    encoding, ctype, folds = cursor.fetchone() or ("", "", False)
    if encoding == "UTF8" and ctype not in {"C", "POSIX"} and folds:
        return ""
    return (
        f"The database has encoding {encoding} and character type {ctype}: accented letters would be lost in searches."
        f" Create the cluster with initdb {CREATE}."
    )


def talkative(cursor: Cursor) -> list[str]:
    """Return the settings of this server that differ from `QUIET`."""
    found = []
    for name, wanted in QUIET.items():
        cursor.execute(f"SHOW {name}")
        if cursor.fetchone() != (wanted,):
            found.append(name)
    return found
