"""The text of a campaign: its few tags, the STOP mention it always carries, and what it costs.

`{prenom}` becomes the contact's first name, `{prenom|cher client}` falls back when it is not known; `{lien}` is the
person's own short link. A missing value never leaves a hole or a visible tag.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from interflora.lib import links
from notifications import gsm7
from notifications.marketing import short_links
from notifications.marketing.models import CampaignMessage, Contact, Variant
from notifications.routing.models import Route, StopMode

TAGS = frozenset({"prenom", "lien"})
MAX_PARTS = 4
_TAG = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")
# As long as any real code: what the composer counts and shows.
SAMPLE_CODE = "ABCDEFGHJKMN"
SAMPLE_LINK = "AbCdEf12"
# Where the codes of a person go; drawn anew by each process, so that no author's text can hold them.
_LINK_HOLE, _CODE_HOLE = secrets.token_hex(len(SAMPLE_LINK) // 2), secrets.token_hex(len(SAMPLE_CODE) // 2)


class BadText(ValueError):
    """The text cannot be sent as it is; `code` is empty, tag, brace or too_long, `detail` the offending piece."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Preview:
    """A text as one person will receive it, and what it costs."""

    text: str
    cost: gsm7.Cost
    # Characters that were replaced by plain ones (or that cost dear, when the author keeps the accents).
    replaced: tuple[str, ...]


def check(text: str) -> None:
    """Refuse an empty text, an unknown tag, a stray brace or a text of more than four parts; raises BadText."""
    if not text.strip():
        raise BadText("empty")
    for match in _TAG.finditer(text):
        if match[1].strip() not in TAGS:
            raise BadText("tag", match[0])
    if re.search(r"[{}]", _TAG.sub("", text)):
        raise BadText("brace")
    if preview(text, first_name="Maximilien-Alexandre"[:20], keeps_accents=False).cost.parts > MAX_PARTS:
        raise BadText("too_long")


def preview(  # noqa: PLR0913 - what differs from one person to the next
    text: str,
    *,
    first_name: str,
    keeps_accents: bool,
    code: str = SAMPLE_CODE,
    link_code: str = SAMPLE_LINK,
    route: Route | None = None,
) -> Preview:
    """The text for one person, with the STOP mention of its route: the link when none is given."""
    number = route.stop_number if route is not None and route.stop_mode == StopMode.CODE else ""
    shown = _with_holes(text, first_name, keeps_accents, number)
    return replace(shown, text=shown.text.replace(_LINK_HOLE, link_code).replace(_CODE_HOLE, code))


def for_row(variant: Variant, row: CampaignMessage, contact: Contact, route: Route) -> Preview:
    """The text of a row, without any query. Needs LINK_KEY; the contact must have its stop code."""
    return preview(
        variant.text,
        first_name=contact.first_name,
        keeps_accents=variant.keeps_accents,
        code=links.code(stop_link(contact)),
        link_code=short_links.code_of(row.pk),
        route=route,
    )


@lru_cache(maxsize=8192)
def _with_holes(text: str, first_name: str, keeps_accents: bool, stop_number: str) -> Preview:
    """Everything but a person's two codes, which are always as long and as plain: the same for all the Annes."""
    values = {"prenom": first_name, "lien": short_links.url(_LINK_HOLE)}
    mention = f"STOP au {stop_number}" if stop_number else f"STOP : {stop_url(_CODE_HOLE)}"
    written = f"{_fill(text, values)}\n{mention}"
    sent = written if keeps_accents else gsm7.normalize(written)
    return Preview(sent, gsm7.cost(sent), gsm7.cost(written).offenders)


def stop_url(code: str) -> str:
    """The unsubscribe address with its short code: 60 bits, so that the mention stays within one part."""
    return f"{settings.SITE_URL}{reverse('notifications:stop', args=[code], urlconf='interflora.urls_shop')}"


def stop_code_digest(contact: Contact) -> str:
    """The digest under which the stop page finds this contact. Needs LINK_KEY."""
    link = stop_link(contact)
    return links.code_digest(link.purpose, links.code(link))


def ensure_stop_code(contact: Contact) -> None:
    """Keep the digest under which the stop page finds this contact. Needs LINK_KEY; idempotent."""
    if contact.stop_code_digest is None:
        contact.stop_code_digest = stop_code_digest(contact)
        contact.save(update_fields=["stop_code_digest"])


def stop_link(contact: Contact) -> links.Link:
    return links.Link(links.Purpose.UNSUBSCRIBE, contact.public_id, channel="sms")


def _fill(text: str, values: dict[str, str]) -> str:
    filled = _TAG.sub(lambda match: values.get(match[1].strip()) or (match[2] or "").strip(), text)
    # « Bonjour , » reads as a hole: a tag without value or fallback takes the blank before it along.
    return re.sub(r"[ \u00a0]+([,.])", r"\1", re.sub(r" {2,}", " ", filled)).strip()
