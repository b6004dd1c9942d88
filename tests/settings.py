"""Settings of the tests: the shop's own, with fixed keys for every role and addresses on loopback.

The socket folder of the throwaway servers is chosen here, before the shop's settings read the environment;
`tests/conftest.py` starts the servers there. Processes of pytest-xdist inherit the choice. Nothing is started or
written by importing this file, because the type checker imports it too.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from interflora.dev import embedded
from interflora.dev.stack import free_port

if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
    os.environ.setdefault("TEST_SERVERS_DIR", f"{tempfile.gettempdir()}/interflora-test-{secrets.token_hex(4)}")
    SERVERS_DIR = Path(os.environ["TEST_SERVERS_DIR"])
    if "DATABASE_URL" not in os.environ:
        os.environ["TEST_STARTS_POSTGRES"] = "1"
        os.environ["DATABASE_URL"] = embedded.database_url(SERVERS_DIR / "run")
    if "REDIS_URL" not in os.environ:
        os.environ["TEST_STARTS_REDIS"] = "1"
        os.environ["REDIS_URL"] = embedded.redis_url(SERVERS_DIR / "run")
if os.environ.get("TEST_STARTS_REDIS"):
    # One Redis database per test process.
    _number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = embedded.redis_url(Path(os.environ["TEST_SERVERS_DIR"]) / "run", _number)

STANDINS_PORT, STANDINS_SMTP_PORT = free_port(), free_port()
STANDINS_URL = f"http://127.0.0.1:{STANDINS_PORT}"

KEYS = {
    "FIELD_ENCRYPTION_KEYS": "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=",
    "GIFT_HMAC_KEY": "test-gift-hmac-key-0000000000000000",
    "LINK_KEY": "test-link-key-00000000000000000000000",
    "CONTACT_HMAC_KEY": "test-contact-hmac-key-00000000000000",
    "FLORIST_LINK_KEY": "test-florist-link-key-00000000000000",
}
os.environ.update(
    KEYS,
    SITE_ROLE="shop",
    DEBUG="off",
    SECRET_KEY="test-secret-key-with-enough-characters-to-be-one-000000000",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    BACKOFFICE_URL="http://gestion.testserver",
    ADDRESS_KEY_DIR="",
    STRIPE_SECRET_KEY="sk_test_standin",
    STRIPE_WEBHOOK_SECRET="whsec_standin",
    TWILIO_ACCOUNT_SID="AC" + 32 * "0",
    TWILIO_AUTH_TOKEN="standin",
    TWILIO_MESSAGING_SERVICE_SID="MG" + 32 * "0",
    X_API_KEY="standin",
    X_API_SECRET="standin",
    X_ACCESS_TOKEN="standin",
    X_ACCESS_TOKEN_SECRET="standin",
    X_CLIENT_ID="standin",
    X_CLIENT_SECRET="standin",
    X_ACCOUNT_HANDLE="interflora",
    STRIPE_API_BASE=f"{STANDINS_URL}/stripe",
    TWILIO_API_BASE=f"{STANDINS_URL}/twilio",
    X_API_BASE=f"{STANDINS_URL}/x",
    STRIPE_CHECKOUT_ORIGIN=STANDINS_URL,
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=str(STANDINS_SMTP_PORT),
    LOG_LEVEL="WARNING",
)
for _name in [name for name in os.environ if name.startswith("ANYMAIL_")]:
    del os.environ[_name]

from interflora.settings import *  # noqa: E402, F403
from interflora.settings import ALLOWED_HOSTS as _HOSTS  # noqa: E402
from interflora.settings import DATABASES as _DATABASES  # noqa: E402

# Every role's keys at once: tests of the walls empty the ones their role must not hold.
FLORIST_LINK_KEY = KEYS["FLORIST_LINK_KEY"]
TWILIO_MESSAGING_SERVICE_SID = os.environ["TWILIO_MESSAGING_SERVICE_SID"]
MAIL_PROVIDER = "postmark"  # the mail reports of one provider are enough
ANYMAIL = {"WEBHOOK_SECRET": "shop:secret", "REQUESTS_TIMEOUT": 10}
CAMPAIGN_PARTS_PER_SECOND = 100_000  # tests of the speed set their own
ALLOWED_HOSTS = [*_HOSTS, "gestion.testserver"]
_DATABASES["default"]["CONN_MAX_AGE"] = 0
# Guards are tried on a database that was made before: nothing is left to migrate.
_DATABASES["default"]["TEST"] = {"MIGRATE": "TEST_DATABASE_IS_MADE" not in os.environ}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
