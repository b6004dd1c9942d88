"""A browser for the gift's pages: cookies, the header of a same-origin form, and nothing a person would not do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from addressless.models import Claim, ClaimSession
from interflora.lib import clock, links, reading
from tests.florists.factories import STREET, next_served_day

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


class Browser(Client):
    """A real browser, as far as our pages can tell: CSRF is enforced, forms carry the page's own token."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def submit(self, path: str, *, page: Any = None, headers: Any = None, **data: Any) -> Any:
        """Post a form with the CSRF token of `page` (default: the page at `path`)."""
        answer = self.get(page or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
        if token:
            data.setdefault("csrfmiddlewaretoken", token.group(1))
        return self.post(path, data, headers=SAME_ORIGIN if headers is None else headers)

    def open_gift(self, claim: Claim) -> Any:
        """Follow the link and press « Découvrir »; returns the gift page."""
        path = links.path(claim.link())
        answer = self.submit(path)
        assert answer.status_code == 302, answer.status_code
        return self.get(answer["Location"])


def url(name: str, *args: Any) -> str:
    return reverse(f"addressless:{name}", args=args)


def session_of(claim: Claim) -> ClaimSession:
    return claim.sessions.latest("pk")


def read_stamp(claim: Claim, seconds: float = 5) -> str:
    """The decline form's hidden field, as if it had been displayed `seconds` ago in the claim's newest session."""
    return reading.stamp(f"decline:{session_of(claim).pk}", clock.now() - timedelta(seconds=seconds))


def address_data(**fields: str) -> dict[str, str]:
    values = {
        "postcode": "35000",
        "commune": "Rennes",
        "name": "Madeleine Canari",
        "line1": STREET,
        "line2": "",
        "access_code": "B4512",
        "phone": "",
        "day": next_served_day().isoformat(),
        "half_day": "afternoon",
    }
    return values | fields


def text_of(answer: Any) -> str:
    """The words of a page, blanks collapsed."""
    body = answer.content.decode()
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ")
