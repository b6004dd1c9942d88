"""A browser without a screen: cookies, the headers of a same-origin form, every answer kept."""

from __future__ import annotations

import base64
import http.client
import re
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

# Any 32 letters do: Django compares the cookie with the field, and we send both.
CSRF = "canarycanarycanarycanarycanary32"
MASKED = re.compile(r'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+')
TIMEOUT = 60.0
HOPS = 6


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire."""

    method: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """All values of a header, joined; "" when it is missing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def text(self) -> str:
        """The body, its CSRF token blanked: it changes at every answer and says nothing."""
        return MASKED.sub(r"\1", self.body.decode("utf-8", "replace"))

    @property
    def head(self) -> str:
        """The status line and headers, but the length (a sink of its own, which a postcode may look like)."""
        shown = [(name, value) for name, value in self.headers if name.lower() not in HIDDEN_HEADERS]
        kept = "\n".join(f"{name}: {opened_cookie(value)}" for name, value in shown)
        return f"{self.status} {kept}"

    @property
    def is_html(self) -> bool:
        return self.header("Content-Type").startswith("text/html")


def opened_cookie(value: str) -> str:
    """A header's value; of the cookie that carries a notice to the next page, the notice itself."""
    found = FLASH.match(value)
    if not found:
        return value
    packed, text = found[1].partition(":")[0], ""
    with suppress(ValueError, zlib.error):
        raw = base64.urlsafe_b64decode(packed.lstrip(".") + "==")
        text = (zlib.decompress(raw) if packed.startswith(".") else raw).decode("utf-8", "replace")
    return f"messages={text}"


FLASH = re.compile(r"messages=(\.?[\w-]+:[\w:-]+)")
HIDDEN_HEADERS = {"content-length", "date", "connection", "server"}


@dataclass
class Browser:
    """One person's browser on both sites. `ip` is the address the proxy reports."""

    shop: str
    backoffice: str
    ip: str
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop, self.backoffice = self.shop.rstrip("/"), self.backoffice.rstrip("/")
        self.cookies |= {"boutique-csrf": CSRF, "gestion-csrf": CSRF}

    def request(
        self, method: str, url: str, data: dict[str, Any] | None = None, headers: Iterable[tuple[str, str]] = ()
    ) -> Answer:
        """One request; `url` is whole, or a path of the shop. Cookies are kept, the answer noted in `seen`."""
        whole = url if url.startswith("http") else self.shop + url
        parts = urlsplit(whole)
        origin = f"{parts.scheme}://{parts.netloc}"
        sent = {
            "Host": parts.netloc,
            "X-Forwarded-For": self.ip,
            "Accept-Language": "fr",
            "User-Agent": "Mozilla/5.0 (canary)",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if method == "POST":
            body = urlencode(data or {}, doseq=True)
            token = self.cookies["gestion-csrf" if origin == self.backoffice else "boutique-csrf"]
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token}
            sent |= {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        sent |= dict(headers)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        started = time.perf_counter()
        try:
            connection.request(method, path or "/", body, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = tuple(answer.getheaders())
        found = Answer(method, whole, answer.status, kept, content, time.perf_counter() - started)
        self._keep_cookies(found)
        self.seen.append(found)
        return found

    def _keep_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    if key == "messages":  # read where it is set (pages.flash): the next page need not repeat it
                        continue
                    if morsel["max-age"] == "0" or not morsel.value:
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = morsel.value

    def get(self, url: str, **headers: str) -> Answer:
        return self.request("GET", url, headers=headers.items())

    def post(self, url: str, **data: Any) -> Answer:
        return self.request("POST", url, data)

    def go(self, url: str) -> Answer:
        """GET, following redirects within our sites."""
        return self.follow(self.get(url))

    def send(self, url: str, **data: Any) -> Answer:
        """POST, following redirects within our sites."""
        return self.follow(self.post(url, **data))

    def follow(self, answer: Answer) -> Answer:
        for _hop in range(HOPS):
            target = answer.header("Location")
            if answer.status not in {301, 302, 303} or not target:
                return answer
            parts = urlsplit(answer.url)
            whole = f"{parts.scheme}://{parts.netloc}{target}" if target.startswith("/") else target
            if not whole.startswith((self.shop, self.backoffice)):
                return answer
            answer = self.get(whole)
        return answer


def field_of(answer: Answer, name: str) -> str:
    """The value of an input of a page. Raises LookupError with the page's words when there is none."""
    body = answer.body.decode()
    for tag in re.findall(r"<input[^>]*>", body):
        if f'name="{name}"' in tag and (found := re.search(r'value="([^"]*)"', tag)):
            return found[1]
    raise LookupError(f"{answer.method} {answer.url}: {answer.status}, no field {name}: {words(body)[:600]}")


def options_of(answer: Answer, name: str) -> list[str]:
    """The values of a select. Raises LookupError when there is none."""
    body = answer.body.decode()
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', body, re.S)
    if not found:
        raise LookupError(f"{answer.method} {answer.url}: {answer.status}, no select {name}: {words(body)[:600]}")
    return [value for value in re.findall(r'<option[^>]*value="([^"]*)"', found[0]) if value]


def words(body: str) -> str:
    """The words of a page, blanks collapsed."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", body, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
