"""Thirty ways in which machines treat a link before, beside or instead of the person it was sent to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SAME_ORIGIN = "same-origin"
CROSS_SITE = "cross-site"


class Pressing(StrEnum):
    """What becomes of the forms of a page."""

    NOTHING = "reads"
    BARE = "submits every form as it stands"
    BUTTONS = "presses every button, with its name"
    FIRST_CHOICE = "chooses the first of each choice, at once"
    BROWSER = "clicks in a real browser"


@dataclass(frozen=True)
class Behavior:
    """One scanner. `methods` are tried in turn on each link; `depth` is how far links are followed within our sites."""

    name: str
    agent: str
    methods: tuple[str, ...] = ("GET",)
    headers: dict[str, str] = field(default_factory=dict)
    depth: int = 1
    pressing: Pressing = Pressing.NOTHING
    site: str = SAME_ORIGIN  # Sec-Fetch-Site of what it submits; "": none is sent
    keeps_cookies: bool = True
    query: str = ""  # what link rewriters add

    def __str__(self) -> str:
        return self.name


CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

BEHAVIORS = (
    # Mail gateways that look behind links.
    Behavior("Safe Links of a mail provider", CHROME, ("HEAD", "GET"), depth=2),
    Behavior("URL Defense", "Mozilla/5.0 (compatible; proofpoint-urldefense)", query="u=rewritten"),
    Behavior("Mimecast", "Mimecast-URL-Protect", ("HEAD", "GET", "GET")),
    Behavior("Barracuda Sentinel", "BarracudaCentral/1.0", depth=3),
    Behavior("Cisco Secure Email", "IronPort", ("HEAD",)),
    Behavior("Symantec Email Security", "MessageLabs", headers={"Range": "bytes=0-1023"}),
    Behavior("Trend Micro", CHROME, ("GET", "OPTIONS"), keeps_cookies=False),
    Behavior("FortiMail", "FortiMail", ("HEAD", "GET"), headers={"Accept": "*/*"}),
    # Link previews of the messaging applications.
    Behavior("WhatsApp", "WhatsApp/2.25 A"),
    Behavior("Twitter card", "Twitterbot/1.0", ("HEAD", "GET")),
    Behavior("Facebook and Messenger", "facebookexternalhit/1.1", headers={"Range": "bytes=0-524287"}),
    Behavior("Slack", "Slackbot-LinkExpanding 1.0", ("HEAD", "GET")),
    Behavior("Telegram", "TelegramBot (like TwitterBot)"),
    Behavior("Discord", "Mozilla/5.0 (compatible; Discordbot/2.0)"),
    Behavior("LinkedIn", "LinkedInBot/1.0"),
    Behavior("Skype and Teams", "Mozilla/5.0 SkypeUriPreview Preview/0.5"),
    Behavior("iMessage", SAFARI + " facebookexternalhit/1.1 Facebot Twitterbot/1.0"),
    # Browsers that run ahead of their person.
    Behavior("Chrome prefetch", CHROME, headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"}),
    Behavior("Chrome prerender", CHROME, headers={"Sec-Purpose": "prefetch;prerender"}, depth=2),
    Behavior("Firefox prefetch", FIREFOX, headers={"X-Moz": "prefetch"}),
    Behavior("Safari preview", SAFARI, headers={"X-Purpose": "preview"}),
    # Crawlers and probes.
    Behavior("search engine", "Mozilla/5.0 (compatible; Googlebot/2.1)", depth=4),
    Behavior("uptime probe", "curl/8.17.0", ("HEAD", "HEAD")),
    Behavior("vulnerability scanner", "Nuclei", ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH")),
    # Sandboxes that press and submit.
    Behavior("blind poster", "python-requests/2.34", pressing=Pressing.BARE, site="", keeps_cookies=False),
    Behavior("poster from another site", CHROME, pressing=Pressing.BARE, site=CROSS_SITE),
    Behavior("form submitter", CHROME, depth=4, pressing=Pressing.BARE),
    Behavior("button presser", FIREFOX, ("HEAD", "GET"), depth=4, pressing=Pressing.BUTTONS),
    Behavior("hasty chooser", CHROME, depth=3, pressing=Pressing.FIRST_CHOICE),
    Behavior("headless browser", CHROME, pressing=Pressing.BROWSER),
)
