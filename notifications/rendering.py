"""Bodies, rendered at the moment of sending from `templates/messages/<template>/`; no raw token rests anywhere.

Text templates go through an engine without autoescape (« L’Été » must not print as `L&#x27;Été`); HTML never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates
from django.template.loader import render_to_string
from django.utils import timezone, translation

from interflora.lib import clock, links
from interflora.lib.contacts import Channel
from notifications import gsm7
from notifications.models import Message


@dataclass(frozen=True)
class Body:
    """What a person will read: `subject` and `html` are empty outside e-mail."""

    text: str
    subject: str = ""
    html: str = ""


@lru_cache(maxsize=4)
def _engine(folders: tuple[str, ...], builtins: tuple[str, ...]) -> DjangoTemplates:
    options = {"autoescape": False, "builtins": list(builtins)}
    return DjangoTemplates({"NAME": "messages", "DIRS": list(folders), "APP_DIRS": False, "OPTIONS": options})


def _text_engine() -> DjangoTemplates:
    pages = settings.TEMPLATES[0]
    return _engine(tuple(str(folder) for folder in pages["DIRS"]), tuple(pages["OPTIONS"]["builtins"]))


def render(message: Message) -> Body:
    """The body of a message in its language, Paris time, with link references turned into addresses.

    Raises TemplateDoesNotExist when the template does not speak this channel, and links.MissingKey when the process
    does not hold the key of one of its links.
    """
    context = {"house": settings.HOUSE, "site_url": settings.SITE_URL, **links.resolve(message.context)}
    folder = f"messages/{message.template}"
    with translation.override(message.language), timezone.override(clock.PARIS):
        if message.channel == Channel.SMS:
            return Body(gsm7.normalize(_text(f"{folder}/sms.txt", context)))
        if message.channel == Channel.TWITTER_DM:
            return Body(_text(f"{folder}/twitter_dm.txt", context))
        return Body(
            _text(f"{folder}/body.txt", context),
            subject=" ".join(_text(f"{folder}/subject.txt", context).split()),
            html=_html(f"{folder}/body.html", context),
        )


def _text(name: str, context: dict[str, Any]) -> str:
    return str(_text_engine().get_template(name).render(context)).strip()


def _html(name: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(name, context)
    except TemplateDoesNotExist as missing:
        if str(missing) != name:
            raise
        return ""
