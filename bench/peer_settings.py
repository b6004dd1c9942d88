"""The bench's settings with two queues of e-mails, which hand over to the same provider by `bench.peer_backend`."""

from bench.settings import *  # noqa: F403
from bench.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "post_office", "mailer"]
EMAIL_BACKEND = "bench.peer_backend.Backend"
MAILER_EMAIL_BACKEND = "bench.peer_backend.Backend"
MAILER_EMAIL_MAX_BATCH = None
POST_OFFICE = {"BACKENDS": {"default": "bench.peer_backend.Backend"}, "BATCH_SIZE": 1000}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
