"""The web process. It refuses to start, with one line, when production's settings are incomplete."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interflora.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"The shop cannot start: {error}", file=sys.stderr, flush=True)  # noqa: T201 - read by a person at start
    sys.exit(4)  # gunicorn does not try again

from interflora.checks import refuse_to_start

refuse_to_start()
