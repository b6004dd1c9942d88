"""The one settings file: every value comes from the environment, documented in `.env.example`.

`SITE_ROLE` decides what a process may know. A key that a role must not hold is emptied here even when the
environment carries it, so that a copied environment file cannot give a shop process the backoffice's secrets.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Role and mode -----------------------------------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
SITE_ROLE: str = env("SITE_ROLE", default="shop")
if SITE_ROLE not in {"shop", "backoffice", "worker"}:
    raise ImproperlyConfigured(f"SITE_ROLE must be shop, backoffice or worker, not {SITE_ROLE!r}.")


def secret(name: str, *, roles: str) -> str:
    """Value of a secret for this role; empty when the role must not hold it. `checks.py` names what is missing."""
    return str(env(name, default="")) if SITE_ROLE in roles.split() else ""


SECRET_KEY: str = env("SECRET_KEY", default="")
if not SECRET_KEY and "compilemessages" not in sys.argv:
    raise ImproperlyConfigured("SECRET_KEY is missing: copy .env.example to .env and fill it, or use ./shop run.")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
SITE_URL: str = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
BACKOFFICE_URL: str = env("BACKOFFICE_URL", default="http://127.0.0.1:8001").rstrip("/")

# --- Keys (the table of docs/architecture.md) --------------------------------------------------------------------
ADDRESS_KEY_DIR = secret("ADDRESS_KEY_DIR", roles="backoffice")
FIELD_ENCRYPTION_KEYS = [k for k in secret("FIELD_ENCRYPTION_KEYS", roles="shop worker").split(",") if k]
GIFT_HMAC_KEY = secret("GIFT_HMAC_KEY", roles="shop worker")
LINK_KEY = secret("LINK_KEY", roles="shop worker")
CONTACT_HMAC_KEY = secret("CONTACT_HMAC_KEY", roles="shop worker backoffice")
FLORIST_LINK_KEY = secret("FLORIST_LINK_KEY", roles="worker backoffice")

# --- Applications ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "interflora.apps.InterfloraConfig",
    "interflora.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "anymail",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "staff.apps.StaffConfig",
    "notifications.apps.NotificationsConfig",
    "catalog.apps.CatalogConfig",
    "florists.apps.FloristsConfig",
    "orders.apps.OrdersConfig",
    "addressless.apps.AddresslessConfig",
]
MIDDLEWARE = [
    "interflora.middleware.NothingOfTheDevice",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "interflora.middleware.KindTooLarge",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "interflora.middleware.KindNotFound",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "interflora.urls_backoffice" if SITE_ROLE == "backoffice" else "interflora.urls_shop"
WSGI_APPLICATION = "interflora.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "interflora.context.house",
                "orders.context.cart",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "interflora.lib.tags"],
        },
    }
]
FORM_RENDERER = "interflora.lib.forms.Renderer"

# --- Data --------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///interflora")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
REDIS_URL: str = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # A Celery URL over a socket is redis+socket://, the cache wants unix://.
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "protocol": 2},
    },
    # Fragments that every process may compute again: no network, no shared state.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 500}},
}

# --- Celery: tasks are wake-ups, the truth is in PostgreSQL -------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
# Campaigns have a lane and workers of their own: a text about an order never waits behind an offer.
CELERY_TASK_ROUTES = {
    "notifications.tasks.send_campaigns": {"queue": "campaigns"},
    "notifications.tasks.sweep_campaigns": {"queue": "campaigns"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
# A sweep that waited longer than this is worthless: the next one is already queued.
SOON = {"expires": 30}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # notifications
    "sweep-outbox": {"task": "notifications.tasks.sweep_outbox", "schedule": 10.0, "options": SOON},
    "resolve-unknown-messages": {
        "task": "notifications.tasks.resolve_unknown_messages",
        "schedule": 60.0,
        "options": SOON,
    },
    "sweep-campaigns": {"task": "notifications.tasks.sweep_campaigns", "schedule": 10.0},
    # Each wake-up sends for up to 20 seconds; those that find every worker of the lane busy fade away.
    "send-campaigns": {"task": "notifications.tasks.send_campaigns", "schedule": 5.0},
    # florists
    "sweep-offers": {"task": "florists.tasks.sweep_offers", "schedule": 20.0},
    "erase-old-addresses": {"task": "florists.tasks.erase_old_addresses", "schedule": 3600.0},
    # orders
    "submit-refunds": {"task": "orders.tasks.sweep_refunds", "schedule": 30.0},
    "sweep-stripe-events": {"task": "orders.tasks.sweep_stripe_events", "schedule": 30.0},
    "follow-deliveries": {"task": "orders.tasks.sweep_deliveries", "schedule": 60.0},
    "sweep-unpaid": {"task": "orders.tasks.sweep_unpaid", "schedule": 300.0},
    "sweep-lookups": {"task": "orders.tasks.sweep_lookups", "schedule": 60.0},
    "sweep-facts": {"task": "orders.tasks.sweep_facts", "schedule": 300.0},
    "check-promises": {"task": "orders.tasks.check_promises", "schedule": 300.0},
    "reconcile-payments": {"task": "orders.tasks.reconcile_payments", "schedule": 900.0},
    "reconcile-nightly": {"task": "orders.tasks.reconcile_nightly", "schedule": crontab(hour=3, minute=50)},
    # addressless
    "sweep-claims": {"task": "addressless.tasks.sweep_claims", "schedule": 20.0},
    "refresh-signatures": {"task": "addressless.tasks.refresh_signatures", "schedule": 3600.0},
    "purge-claims": {"task": "addressless.tasks.purge_claims", "schedule": crontab(hour=4, minute=10)},
}
for _entry in CELERY_BEAT_SCHEDULE.values():
    if isinstance(_entry["schedule"], float):
        _entry.setdefault("options", {"expires": _entry["schedule"]})
NIGHTLY = crontab(hour=3, minute=20)

# --- People, sessions, security ----------------------------------------------------------------------------------
IS_HTTPS = SITE_URL.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = COOKIE_PREFIX + ("gestion" if SITE_ROLE == "backoffice" else "boutique")
CSRF_COOKIE_NAME = COOKIE_PREFIX + ("gestion-csrf" if SITE_ROLE == "backoffice" else "boutique-csrf")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "interflora.lib.flash.Storage"
SESSION_COOKIE_AGE = 8 * 3600 if SITE_ROLE == "backoffice" else 30 * 86400
CSRF_TRUSTED_ORIGINS = [BACKOFFICE_URL if SITE_ROLE == "backoffice" else SITE_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXY_HOPS: int = env.int("TRUSTED_PROXY_HOPS", default=0)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Chromium applies form-action to the redirect that follows a form: the checkout page must be allowed.
        "form-action": [SELF, env("STRIPE_CHECKOUT_ORIGIN", default="https://checkout.stripe.com")],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/gestion/login/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Failed sign-ins, counted in PostgreSQL by person and address together: nobody can lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "staff.lockout.caller"
AXES_LOCKOUT_CALLABLE = "staff.lockout.response"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
# A code is good for its own half minute and the ones beside it; clocks are not followed further.
OTP_TOTP_ISSUER = env("HOUSE_NAME", default="Interflora")
OTP_TOTP_SYNC = False

# --- Language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = COOKIE_PREFIX + "langue"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "interflora.lib.assets.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Providers ---------------------------------------------------------------------------------------------------
STRIPE_SECRET_KEY = secret("STRIPE_SECRET_KEY", roles="shop worker")
STRIPE_WEBHOOK_SECRET = secret("STRIPE_WEBHOOK_SECRET", roles="shop worker")
TWILIO_ACCOUNT_SID = secret("TWILIO_ACCOUNT_SID", roles="shop worker")
TWILIO_AUTH_TOKEN = secret("TWILIO_AUTH_TOKEN", roles="shop worker")
TWILIO_MESSAGING_SERVICE_SID = secret("TWILIO_MESSAGING_SERVICE_SID", roles="worker")
X_API_KEY = secret("X_API_KEY", roles="shop worker")
X_API_SECRET = secret("X_API_SECRET", roles="shop worker")
X_ACCESS_TOKEN = secret("X_ACCESS_TOKEN", roles="shop worker")
X_ACCESS_TOKEN_SECRET = secret("X_ACCESS_TOKEN_SECRET", roles="shop worker")
# « Se connecter à X »: the shop alone asks people who they are.
X_CLIENT_ID = secret("X_CLIENT_ID", roles="shop")
X_CLIENT_SECRET = secret("X_CLIENT_SECRET", roles="shop")
X_ACCOUNT_HANDLE: str = env("X_ACCOUNT_HANDLE", default="interflora")
REAL_API_BASES = {
    "STRIPE_API_BASE": "https://api.stripe.com",
    "TWILIO_API_BASE": "https://api.twilio.com",
    "X_API_BASE": "https://api.twitter.com",
}
STRIPE_API_BASE: str = env("STRIPE_API_BASE", default=REAL_API_BASES["STRIPE_API_BASE"])
TWILIO_API_BASE: str = env("TWILIO_API_BASE", default=REAL_API_BASES["TWILIO_API_BASE"])
X_API_BASE: str = env("X_API_BASE", default=REAL_API_BASES["X_API_BASE"])

EMAIL_BACKEND: str = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST: str = env("EMAIL_HOST", default="localhost")
EMAIL_PORT: int = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = secret("EMAIL_HOST_USER", roles="worker")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD", roles="worker")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env("DEFAULT_FROM_EMAIL", default="Interflora <bonjour@interflora.example>")
# "postmark" of "anymail.backends.postmark.EmailBackend"; "" over plain SMTP.
# A campaign to more people than this must be approved by somebody else than its last author.
CAMPAIGN_ALONE_RECIPIENTS: int = env.int("CAMPAIGN_ALONE_RECIPIENTS", default=500)
# What one part of a text costs, in cents, from a day on; and how many parts a second the provider takes.
SMS_PART_PRICES: list[str] = env.list("SMS_PART_PRICES", default=["2026-01-01:7.50"])
CAMPAIGN_PARTS_PER_SECOND: int = env.int("CAMPAIGN_PARTS_PER_SECOND", default=10)
MAIL_PROVIDER = EMAIL_BACKEND.split(".")[2] if EMAIL_BACKEND.startswith("anymail.backends.") else ""
# Every ANYMAIL_<NAME> of the environment becomes ANYMAIL["<NAME>"].
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_")
}
ANYMAIL["REQUESTS_TIMEOUT"] = 10

# --- The house: legal identity shown on every page and in every message --------------------------------------------
HOUSE: dict[str, str] = {
    "name": env("HOUSE_NAME", default="Interflora"),
    "company": env("HOUSE_COMPANY", default="Interflora Démonstration SAS"),
    "address": env("HOUSE_ADDRESS", default="12 rue des Pivoines, 75011 Paris"),
    "registration": env("HOUSE_REGISTRATION", default="RCS Paris 000 000 000"),
    "email": env("HOUSE_EMAIL", default="bonjour@interflora.example"),
    "phone": env("HOUSE_PHONE", default="01 00 00 00 00"),
}

# --- Promises ----------------------------------------------------------------------------------------------------
# The sender of a gift reads « livré » once the half-day of the delivery is over: the exact time is the recipient's.
GIFT_NEWS_AT_HALF_DAY_END: bool = env.bool("GIFT_NEWS_AT_HALF_DAY_END", default=True)
# Days an address outlives its delivery. The pages promise 14: it may be fewer (the florist reads for 2), never more.
ADDRESS_KEEP_DAYS: int = env.int("ADDRESS_KEEP_DAYS", default=14)

# --- Logs: route names, never paths; no request bodies, no locals ------------------------------------------------
DEFAULT_EXCEPTION_REPORTER = "interflora.lib.logs.Report"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"class": "interflora.lib.logs.Line", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "filters": {"route_names": {"()": "interflora.lib.logs.RouteNames"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["route_names"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django's own handlers would print the paths in development, and mail them in production.
        "django": {"handlers": [], "level": "INFO"},
        # The path of a request may hold a token: Django's own request lines are not printed.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "stripe": {"level": "WARNING"},
        "tweepy": {"level": "WARNING"},
        # Below WARNING these two print people's tokens.
        "oauthlib": {"level": "WARNING"},
        "requests_oauthlib": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
    },
}
