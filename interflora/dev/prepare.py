"""What `./shop run` does to the data before it serves: everything here finds its work done the second time."""

from __future__ import annotations

import sys

import django
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from interflora.dev.tools import CHECKOUT
from interflora.dev.translations import compile_catalogs

# Order matters: florists cannot be offered products, staff need the groups of the migrations.
COMMANDS = ("rotate_address_keys", "load_demo_catalogue", "load_demo_florists", "load_demo_staff")


def migrate() -> bool:
    """Apply the migrations that are missing; return whether there were any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def main() -> int:
    """Prepare the database of DATABASE_URL for the demo."""
    compile_catalogs(CHECKOUT)
    django.setup()
    migrate()
    known = get_commands()
    for name in COMMANDS:
        if name in known:
            call_command(name, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
