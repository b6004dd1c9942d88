"""What `./shop run` does to the data before it serves: everything here finds its work done the second time."""

from __future__ import annotations

import sys
from importlib import import_module
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from interflora.dev.tools import CHECKOUT
from interflora.dev.translations import compile_catalogs

# Order matters: florists cannot be offered products, staff need the groups of the migrations.
COMMANDS = (
    "rotate_address_keys",
    "destroy_address_keys",
    "load_demo_catalogue",
    "load_demo_florists",
    "load_demo_staff",
)


def migrate() -> bool:
    """Apply the migrations that are missing; return whether there were any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def sign_ins() -> str:
    """Return the lines that tell who may sign in where."""
    load_demo_staff = import_module("interflora.management.commands.load_demo_staff")
    others = ", ".join(load_demo_staff.USERS)
    return (
        f"Back office: admin or {others}; the password of all is {load_demo_staff.PASSWORD}\n"
        "             (the page that asks for a code shows it: no telephone needed here)\n"
        "Florists: the page offers to enter as one of the demonstration's florists\n"
    )


def main() -> int:
    """`migrate` the database of DATABASE_URL, or `load` the demo into it and tell of it in the data folder named."""
    if sys.argv[1] == "migrate":
        django.setup()
        migrate()
        return 0
    compile_catalogs(CHECKOUT)
    django.setup()
    known = get_commands()
    for name in COMMANDS:
        if name in known:
            call_command(name, verbosity=0, stdout=StringIO())
    (Path(sys.argv[2]) / "sign-ins.txt").write_text(sign_ins())
    return 0


if __name__ == "__main__":
    sys.exit(main())
