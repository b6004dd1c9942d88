"""Who may hold which key, and the environment each process of `./shop run` is started with.

The table is the one of docs/architecture.md: no process gets a key that is not in its row, and a key it must not hold
is given to it empty, so that a `.env` file beside the code cannot put it back.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROLES = ("shop", "worker", "backoffice")

# What each role holds. Provider names are grouped below.
HELD: dict[str, frozenset[str]] = {
    "ADDRESS_KEY_DIR": frozenset({"backoffice"}),
    "FIELD_ENCRYPTION_KEYS": frozenset({"shop", "worker"}),
    "GIFT_HMAC_KEY": frozenset({"shop", "worker"}),
    "LINK_KEY": frozenset({"shop", "worker"}),
    "CONTACT_HMAC_KEY": frozenset({"shop", "worker", "backoffice"}),
    "FLORIST_LINK_KEY": frozenset({"worker", "backoffice"}),
    "STRIPE_SECRET_KEY": frozenset({"shop", "worker"}),
    "STRIPE_WEBHOOK_SECRET": frozenset({"shop", "worker"}),
    "TWILIO_ACCOUNT_SID": frozenset({"shop", "worker"}),
    "TWILIO_AUTH_TOKEN": frozenset({"shop", "worker"}),
    "TWILIO_MESSAGING_SERVICE_SID": frozenset({"worker"}),
    "X_API_KEY": frozenset({"shop", "worker"}),
    "X_API_SECRET": frozenset({"shop", "worker"}),
    "X_ACCESS_TOKEN": frozenset({"shop", "worker"}),
    "X_ACCESS_TOKEN_SECRET": frozenset({"shop", "worker"}),
    "X_CLIENT_ID": frozenset({"shop"}),
    "X_CLIENT_SECRET": frozenset({"shop"}),
    "EMAIL_HOST_USER": frozenset({"worker"}),
    "EMAIL_HOST_PASSWORD": frozenset({"worker"}),
}
# Settings that are no secrets and go to every role as they are.
SHARED = (
    "ADDRESS_KEEP_DAYS",
    "ALLOWED_HOSTS",
    "BACKOFFICE_URL",
    "CONN_MAX_AGE",
    "DATABASE_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_USE_TLS",
    "GIFT_NEWS_AT_HALF_DAY_END",
    "HOUSE_ADDRESS",
    "HOUSE_COMPANY",
    "HOUSE_EMAIL",
    "HOUSE_NAME",
    "HOUSE_PHONE",
    "CAMPAIGN_ALONE_RECIPIENTS",
    "CAMPAIGN_PARTS_PER_SECOND",
    "SMS_PART_PRICES",
    "HOUSE_REGISTRATION",
    "LOG_LEVEL",
    "MEDIA_ROOT",
    "REDIS_URL",
    "SITE_URL",
    "STATIC_ROOT",
    "STRIPE_API_BASE",
    "STRIPE_CHECKOUT_ORIGIN",
    "TRUSTED_PROXY_HOPS",
    "TWILIO_API_BASE",
    "X_ACCOUNT_HANDLE",
    "X_API_BASE",
)
# What a process needs of the machine.
MACHINE = (
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LC_ALL",
    "NO_PROXY",
    "PATH",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "TMPDIR",
    "https_proxy",
    "http_proxy",
    "no_proxy",
)
STANDIN_KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_standin",
    "STRIPE_WEBHOOK_SECRET": "whsec_standin",
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "0",
    "TWILIO_AUTH_TOKEN": "standin",
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + 32 * "0",
    "X_API_KEY": "standin",
    "X_API_SECRET": "standin",
    "X_ACCESS_TOKEN": "standin",
    "X_ACCESS_TOKEN_SECRET": "standin",
    "X_CLIENT_ID": "standin",
    "X_CLIENT_SECRET": "standin",
}
# The variable whose presence says that a provider is real, and what it brings when it is not.
PROVIDERS = {
    "STRIPE": ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "/stripe"),
    "TWILIO": ("TWILIO_AUTH_TOKEN", "TWILIO_API_BASE", "/twilio"),
    "X": ("X_ACCESS_TOKEN", "X_API_BASE", "/x"),
}


@dataclass(frozen=True)
class Ports:
    """TCP ports of loopback, one per listening process."""

    shop: int = 8000
    backoffice: int = 8001
    standins: int = 9911
    smtp: int = 9925


def demo_keys(path: Path) -> dict[str, str]:
    """Return the demo's secrets, made at random on first use and kept in `path` (0600) so that links stay valid."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    wanted = {f"SECRET_KEY_{role}": secrets.token_urlsafe(48) for role in ROLES}
    wanted |= {
        name: secrets.token_urlsafe(32)
        for name in ("GIFT_HMAC_KEY", "LINK_KEY", "CONTACT_HMAC_KEY", "FLORIST_LINK_KEY")
    }
    wanted["FIELD_ENCRYPTION_KEYS"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    if wanted.keys() - known.keys():
        known = wanted | known
        draft = path.with_suffix(".tmp")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(known, indent=1))
        draft.replace(path)
    return known


def needs_standins(given: Mapping[str, str]) -> bool:
    """Say whether any provider, or the mail server, has no settings of its own."""
    missing = [key for key, _base, _path in PROVIDERS.values() if not given.get(key)]
    return bool(missing) or not _has_mail(given)


def _has_mail(given: Mapping[str, str]) -> bool:
    return bool(given.get("EMAIL_HOST") or given.get("EMAIL_BACKEND"))


def settings_for(given: Mapping[str, str], data_dir: Path, ports: Ports, urls: Mapping[str, str]) -> dict[str, str]:
    """Return every setting of the demo: what the person gave first, stand-ins and demo keys for the rest.

    `given` is the person's environment with `.env` read in; `urls` holds DATABASE_URL and REDIS_URL.
    """
    standins = f"http://127.0.0.1:{ports.standins}"
    keys = demo_keys(data_dir / "demo-keys.json")
    values = {
        "DEBUG": "on",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{ports.shop}",
        "BACKOFFICE_URL": f"http://127.0.0.1:{ports.backoffice}",
        "STATIC_ROOT": str(data_dir / "static"),
        "MEDIA_ROOT": str(data_dir / "media"),
        "ADDRESS_KEY_DIR": str(data_dir / "address-keys"),
        "LOG_LEVEL": "INFO",
        **keys,
    }
    for key, base, path in PROVIDERS.values():
        if not given.get(key):
            values |= {name: value for name, value in STANDIN_KEYS.items() if name.startswith(key.split("_")[0] + "_")}
            values[base] = standins + path
    if not given.get("STRIPE_SECRET_KEY"):
        values["STRIPE_CHECKOUT_ORIGIN"] = standins
    if not _has_mail(given):
        values |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(ports.smtp)}
    names = {*HELD, *SHARED, "SECRET_KEY"} | {name for name in given if name.startswith("ANYMAIL_")}
    values |= {name: given[name] for name in names if given.get(name)}
    return values | dict(urls)


def environment(role: str, values: Mapping[str, str], machine: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of one process of `role`: the machine's few variables, and the settings it may hold."""
    base = os.environ if machine is None else machine
    chosen = {name: base[name] for name in MACHINE if name in base}
    chosen |= {name: values[name] for name in SHARED if name in values}
    chosen |= {name: values.get(name, "") if role in holders else "" for name, holders in HELD.items()}
    # Anymail: the worker sends, the shop checks the signatures of webhooks, and needs nothing else.
    for name in (name for name in values if name.startswith("ANYMAIL_")):
        chosen[name] = values[name] if role == "worker" or (role == "shop" and "WEBHOOK" in name) else ""
    chosen["SECRET_KEY"] = values.get("SECRET_KEY") or values[f"SECRET_KEY_{role}"]
    chosen |= {"SITE_ROLE": role, "DJANGO_SETTINGS_MODULE": "interflora.settings", "PYTHONUNBUFFERED": "1"}
    return chosen
