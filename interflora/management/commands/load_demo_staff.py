"""One person per group, `support` also reading addresses; password printed, codes on screen; only where DEBUG is on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management.base import BaseCommand, CommandError

from staff import devices

READS_ADDRESSES = "support"
PASSWORD = "bouquet-de-demo"  # noqa: S105 – said on screen, refused when DEBUG is off
USERS = {
    "support": "support",
    "marketing": "marketing",
    "marketing2": "marketing",
    "comptabilite": "comptabilité",
    "catalogue": "catalogue",
    "reseau": "réseau",
}


class Command(BaseCommand):
    help = "Crée les comptes de démonstration du back-office (DEBUG seulement)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts exist only where DEBUG is on.")
        for username, group in USERS.items():
            user, made = User.objects.get_or_create(username=username, defaults={"is_staff": True})
            if made:
                user.set_password(PASSWORD)
                user.save(update_fields=["password"])
                user.groups.add(Group.objects.get(name=group))
        right = Permission.objects.get(content_type__app_label="florists", codename="read_address")
        User.objects.get(username=READS_ADDRESSES).user_permissions.add(right)
        admin, made = User.objects.get_or_create(username="admin", defaults={"is_staff": True, "is_superuser": True})
        if made:
            admin.set_password(PASSWORD)
            admin.save(update_fields=["password"])
        for user in User.objects.filter(username__in=[*USERS, admin.username]):
            devices.give_demo_device(user)
        self.stdout.write(f"{', '.join(USERS)}, admin / {PASSWORD}")
