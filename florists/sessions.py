"""A florist's session on the back office: opened by a link, never by a password; apart from the staff's sign-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from florists import messages
from florists.models import Florist, SignInLink
from interflora.lib import clock, codes, links, phones
from interflora.lib.contacts import Channel
from interflora.lib.links import Link, Purpose

P = ParamSpec("P")
KEY = "florist"
LINK_LASTS = timedelta(hours=1)


def sign_in(request: HttpRequest, florist: Florist) -> None:
    """Make this browser the florist's, under a new session key."""
    request.session.cycle_key()
    request.session[KEY] = florist.public_id


def sign_out(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
    request.session.cycle_key()


def signed_in(request: HttpRequest) -> Florist | None:
    """The active florist of this browser, if any."""
    public_id = request.session.get(KEY)
    return Florist.objects.filter(public_id=public_id, is_active=True).first() if public_id else None


def florist_required(
    view: Callable[Concatenate[HttpRequest, Florist, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pass the signed-in florist to the view, or lead to the sign-in page."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        florist = signed_in(request)
        if florist is None:
            return redirect("florists:sign_in")
        return view(request, florist, *args, **kwargs)

    return wrapper


def send_link(typed: str) -> bool:
    """Queue a sign-in link to the florist known by this e-mail or mobile; False when there is none (never said)."""
    email, phone = typed.strip().lower(), phones.parse(typed)
    florist = Florist.objects.filter(email=email, is_active=True).first()
    channel, to = Channel.EMAIL, email
    if florist is None and phone:
        florist = Florist.objects.filter(phone=phone, is_active=True).first()
        channel, to = Channel.SMS, phone
    if florist is None:
        return False
    with transaction.atomic():
        public_id = codes.random_code()
        link = SignInLink.objects.create(
            public_id=public_id,
            florist=florist,
            token_digest=links.digest(links.token(Link(Purpose.FLORIST_SIGN_IN, public_id))),
            expires_at=clock.now() + LINK_LASTS,
        )
        messages.sign_in(link, channel, to)
    return True


def usable_link(token: str) -> SignInLink | None:
    """The unused, unexpired link of this token."""
    link = SignInLink.objects.select_related("florist").filter(token_digest=links.digest(token)).first()
    return link if link is not None and link.is_usable() and link.florist.is_active else None


def use(link: SignInLink) -> bool:
    """Spend the link. True for exactly one call."""
    unused = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=clock.now())
    return unused.update(used_at=clock.now()) == 1
