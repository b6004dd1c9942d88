"""Sends what a queue of e-mails holds to the provider of texts: the same request for every engine that is compared."""

from __future__ import annotations

import os
import threading
from typing import Any

import requests
from django.core.mail.backends.base import BaseEmailBackend

_own = threading.local()


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        if not hasattr(_own, "session"):
            _own.session = requests.Session()
        for message in email_messages:
            form = {"To": message.to[0], "Body": message.body}
            url = os.environ["BENCH_PROVIDER"] + "/2010-04-01/Accounts/AC/Messages.json"
            _own.session.post(url, data=form, timeout=10).raise_for_status()
        return len(email_messages)
