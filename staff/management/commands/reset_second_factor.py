from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staff import devices, lockout


class Command(BaseCommand):
    help = (
        "Forget somebody's telephone and recovery codes, and reopen the sign-in: for the administrator whom no other "
        "can help, and for everybody (--all) after SECRET_KEY of the back office was changed. Back office only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="*")
        parser.add_argument("--all", action="store_true", help="everybody")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE_ROLE != "backoffice":
            raise CommandError("The second factor belongs to the back office: set SITE_ROLE=backoffice.")
        names = options["username"]
        people = User.objects.all() if options["all"] else User.objects.filter(username__in=names)
        unknown = set(names) - set(people.values_list("username", flat=True))
        if unknown or not people:
            raise CommandError(f"Nobody is called {', '.join(sorted(unknown)) or '…'}.")
        done = sum([devices.reset(user) | lockout.unlock(user) for user in people])
        self.stdout.write(f"{done} reset")
