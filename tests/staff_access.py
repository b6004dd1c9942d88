"""Members of staff who have come in: password and second factor given a moment ago."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP

from interflora.lib import clock
from staff.models import Authenticator


def sign_in(client: Client, user: User) -> Client:
    """Bring `user` in through both steps, as of now by the clock of the code; returns the client."""
    device, _made = Authenticator.objects.get_or_create(user=user, confirmed=True)
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    grow_old(client, seconds=0)
    return client


def grow_old(client: Client, *, seconds: int) -> None:
    """Let `seconds` go by since this client's password and code."""
    session = client.session
    session["proven_at"] = clock.now().timestamp() - seconds
    session.save()


def code_of(user: User) -> str:
    """What this person's telephone shows next: a code not used yet."""
    device = Authenticator.objects.filter(user=user).latest("pk")
    generator = TOTP(device.bin_key)
    generator.time = max(clock.now().timestamp(), (device.last_t + 1) * device.step)
    return f"{generator.token():06d}"
