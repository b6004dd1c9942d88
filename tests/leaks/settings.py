"""Settings of the processes the canary watches: production's, on loopback, with every line and report kept.

`DEBUG` is off; the providers' stand-ins are given for real ones, and a plain-HTTP origin for ours, so `wsgi.py` and
`worker.py` beside this file start without the checks of production. Errors are also reported as Django would mail them,
tracebacks and requests included, into the folder LEAKS_REPORTS.
"""

from __future__ import annotations

from interflora.settings import *  # noqa: F403
from interflora.settings import LOGGING, TEMPLATES

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# The password of a demonstration is checked once per run; nothing here is about passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

TEMPLATES[0]["OPTIONS"]["context_processors"].append("tests.leaks.probes.fail_on_demand")
LOGGING["handlers"]["reports"] = {"class": "tests.leaks.probes.ReportFiles", "level": "ERROR"}
for _name in ("django.request", "django.server"):
    LOGGING["loggers"][_name]["handlers"] = ["console", "reports"]
LOGGING["root"]["handlers"] = ["console", "reports"]
