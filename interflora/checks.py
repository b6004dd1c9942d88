"""System checks of the settings: each names the variable, and its hint says how to mend it.

`manage.py check --deploy` shows all of them. A process that serves or works refuses to start on an error
(`refuse_to_start`), with one line, unless DEBUG is on.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from interflora.database import QUIET, locale_problem, talkative

SHOP, WORKER, BACKOFFICE = "shop", "worker", "backoffice"
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
NEW_FERNET = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
SHORTEST_KEY = 32
WORST_STATUS = 4  # what gunicorn understands as « this application cannot be loaded »: it does not try again


@dataclass(frozen=True)
class Need:
    """A setting that some roles cannot work without, or (when not `is_vital`) work less well without."""

    number: int
    name: str
    roles: tuple[str, ...]
    hint: str
    is_vital: bool = True


NEEDS = (
    Need(1, "LINK_KEY", (SHOP, WORKER), f"Make one: {NEW_KEY}"),
    Need(2, "GIFT_HMAC_KEY", (SHOP, WORKER), f"Make one: {NEW_KEY}"),
    Need(3, "FIELD_ENCRYPTION_KEYS", (SHOP, WORKER), f"Make one: {NEW_FERNET}"),
    Need(4, "CONTACT_HMAC_KEY", (SHOP, WORKER, BACKOFFICE), f"Make one: {NEW_KEY}"),
    Need(5, "FLORIST_LINK_KEY", (WORKER, BACKOFFICE), f"Make one: {NEW_KEY}"),
    Need(6, "ADDRESS_KEY_DIR", (BACKOFFICE,), "Name a 0700 folder outside the database's backups."),
    Need(7, "STRIPE_SECRET_KEY", (SHOP, WORKER), "Copy it from Stripe: Developers, API keys."),
    Need(8, "STRIPE_WEBHOOK_SECRET", (SHOP,), "Make a webhook endpoint at Stripe for SITE_URL/webhooks/stripe/."),
    Need(20, "TWILIO_ACCOUNT_SID", (WORKER,), "Copy it from the Twilio console. Without it no SMS leaves.", False),
    Need(21, "TWILIO_AUTH_TOKEN", (SHOP, WORKER), "Copy it from the Twilio console. Without it no SMS leaves.", False),
    Need(22, "TWILIO_MESSAGING_SERVICE_SID", (WORKER,), "Make a messaging service in the Twilio console.", False),
    Need(23, "X_API_KEY", (SHOP, WORKER), "Copy it from X's developer portal. Without it no DM leaves.", False),
    Need(24, "X_API_SECRET", (SHOP, WORKER), "Copy it from X's developer portal.", False),
    Need(25, "X_ACCESS_TOKEN", (SHOP, WORKER), "Copy it from X's developer portal.", False),
    Need(26, "X_ACCESS_TOKEN_SECRET", (SHOP, WORKER), "Copy it from X's developer portal.", False),
    Need(27, "X_CLIENT_ID", (SHOP,), "Copy it from X's developer portal. Without it nobody signs as @handle.", False),
    Need(28, "X_CLIENT_SECRET", (SHOP,), "Copy it from X's developer portal.", False),
)
KEYS = ("LINK_KEY", "GIFT_HMAC_KEY", "CONTACT_HMAC_KEY", "FLORIST_LINK_KEY")

AppConfigs = Sequence[AppConfig] | None


def _error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"interflora.E{number:03}")


def _warning(number: int, message: str, hint: str) -> Warning:
    return Warning(message, hint=hint, id=f"interflora.W{number:03}")


@register(Tags.security)
def secrets_are_complete(app_configs: AppConfigs = None, **kwargs: Any) -> list[CheckMessage]:
    """Every role holds what it needs: E001–E008, W020–W028; keys are long (E010), valid (E011), different (E012);
    addresses are erased when the pages say (E013)."""
    found: list[CheckMessage] = []
    for need in NEEDS:
        if settings.SITE_ROLE in need.roles and not getattr(settings, need.name):
            make = _error if need.is_vital else _warning
            found.append(make(need.number, f"{need.name} is missing (SITE_ROLE={settings.SITE_ROLE}).", need.hint))
    held = {name: getattr(settings, name) for name in KEYS if getattr(settings, name)}
    for name, value in held.items():
        if len(value) < SHORTEST_KEY:
            found.append(_error(10, f"{name} has fewer than {SHORTEST_KEY} characters.", f"Make one: {NEW_KEY}"))
    if len({*held.values(), settings.SECRET_KEY}) < len(held) + 1:
        found.append(_error(12, "Two of the keys are the same.", "Give each its own value, SECRET_KEY included."))
    if not 2 <= settings.ADDRESS_KEEP_DAYS <= 14:
        promise = "The florist reads it for 2 days, and the pages promise 14 at most: choose between them."
        found.append(_error(13, f"ADDRESS_KEEP_DAYS is {settings.ADDRESS_KEEP_DAYS}.", promise))
    for key in settings.FIELD_ENCRYPTION_KEYS:
        try:
            Fernet(key)
        except ValueError:
            found.append(_error(11, "FIELD_ENCRYPTION_KEYS holds something that is no key.", f"Make one: {NEW_FERNET}"))
    return found


@register(Tags.security, deploy=True)
def addresses_are_real(app_configs: AppConfigs = None, **kwargs: Any) -> list[CheckMessage]:
    """In production the shop is at its https address (E030–E032) and speaks to the real providers (E033)."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        return found
    for number, name in ((30, "SITE_URL"), (31, "BACKOFFICE_URL")):
        address = urlsplit(getattr(settings, name))
        if address.scheme != "https" or address.path or not address.hostname:
            found.append(_error(number, f"{name} is no https origin.", f"Write {name}=https://host, without a path."))
    own = settings.BACKOFFICE_URL if settings.SITE_ROLE == BACKOFFICE else settings.SITE_URL
    host = urlsplit(own).hostname
    if settings.SITE_ROLE != WORKER and host not in settings.ALLOWED_HOSTS:
        found.append(_error(32, "ALLOWED_HOSTS does not name this site's own host.", f"Add {host} to ALLOWED_HOSTS."))
    for name, real in settings.REAL_API_BASES.items():
        if getattr(settings, name) != real:
            found.append(_error(33, f"{name} is not the provider's own address.", f"Remove {name}, or turn DEBUG on."))
    return found


@register(Tags.security, deploy=True)
def machine_is_ready(app_configs: AppConfigs = None, **kwargs: Any) -> list[CheckMessage]:
    """In production: servers are named (E040, E041), the key folder is closed (E042), letters are ours (W043–W045)."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        return found
    for number, name in ((40, "DATABASE_URL"), (41, "REDIS_URL")):
        if not os.environ.get(name):
            found.append(_error(number, f"{name} is missing.", f"Write {name}=… as shown in .env.example."))
    if settings.ADDRESS_KEY_DIR:
        folder = Path(settings.ADDRESS_KEY_DIR)
        if not folder.is_dir() or stat.S_IMODE(folder.stat().st_mode) & 0o077:
            found.append(_error(42, "ADDRESS_KEY_DIR is not a folder closed to others.", "Make it, with mode 0700."))
    if settings.SITE_ROLE == WORKER and "smtp" in settings.EMAIL_BACKEND and settings.EMAIL_HOST == "localhost":
        found.append(_warning(43, "E-mail goes to localhost.", "Set EMAIL_HOST, or EMAIL_BACKEND and ANYMAIL_*."))
    if settings.DEFAULT_FROM_EMAIL.endswith("@interflora.example>"):
        found.append(_warning(44, "DEFAULT_FROM_EMAIL is the demonstration's.", "Set it to an address of yours."))
    if "Démonstration" in settings.HOUSE["company"]:
        found.append(_warning(45, "HOUSE_COMPANY is the demonstration's.", "Set HOUSE_* to the legal identity."))
    return found


@register(Tags.database)
def database_keeps_accents(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The database folds accented letters (E050); asked by `migrate` and `check --database default`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            if problem := locale_problem(cursor):
                found.append(_error(50, problem, "Make a new cluster and restore the data into it."))
    return found


@register(Tags.database)
def database_tells_nothing(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The server writes no values into its log or views (W051); asked by `migrate` and `check --database default`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            if names := talkative(cursor):
                hint = "Start it with " + " ".join(f"-c {name}={QUIET[name]}" for name in names) + "."
                found.append(_warning(51, "The database's log or views tell what people typed.", hint))
    return found


def problems() -> list[CheckMessage]:
    """Return every error of the settings, without asking the database."""
    found = [*secrets_are_complete(), *addresses_are_real(), *machine_is_ready()]
    return [message for message in found if isinstance(message, Error)]


def refuse_to_start() -> None:
    """End this process with one clear line when production's settings have an error; does nothing when DEBUG is on."""
    if settings.DEBUG:
        return
    found = problems()
    if found:
        first, others = found[0], len(found) - 1
        more = f" {others} more: manage.py check --deploy" if others else ""
        print(f"The shop cannot start: {first.msg} {first.hint} ({first.id}){more}", file=sys.stderr, flush=True)  # noqa: T201 - read by a person at start
        sys.exit(WORST_STATUS)
