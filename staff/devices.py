"""The verbs of the second factor: enroll a telephone, check a code, replace what is lost.

Codes are checked on locked rows, each is used once, and failures slow the next try down (1, 2, 4, 8… seconds, kept by
django-otp in the row). Lock-out after several failures is `staff.lockout`'s.
"""

from __future__ import annotations

import re
from base64 import b32encode
from datetime import timedelta
from io import BytesIO

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken

from interflora.lib import clock, codes
from staff.models import Authenticator, RecoveryCodes

RECOVERY_CODES = 10
ENROLLMENT_LASTS = timedelta(minutes=30)
DEMO = "démonstration"  # name of the devices whose code is shown on screen, where DEBUG is on
_DIGITS = re.compile(r"[0-9]{6}")


def confirmed(user: User) -> Authenticator | None:
    """The telephone this person signs in with, if any."""
    found: Authenticator | None = Authenticator.objects.filter(user=user, confirmed=True).order_by("-pk").first()
    return found


def pending(user: User) -> Authenticator:
    """The telephone being enrolled: the same for half an hour, so that reloading the page shows the same key."""
    with transaction.atomic():
        _lock(user)
        old = Authenticator.objects.filter(user=user, confirmed=False).order_by("-pk")
        device: Authenticator | None = old.filter(created_at__gt=clock.now() - ENROLLMENT_LASTS).first()
        if device is None:
            old.delete()
            device = Authenticator.objects.create(user=user, name="", confirmed=False)
    return device


def enroll(user: User, code: str) -> tuple[Authenticator, list[str]] | None:
    """Confirm the pending telephone with its first code; it replaces any other. None when the code is wrong.

    Returns the device and the new recovery codes, which nobody can show again.
    """
    with transaction.atomic():
        _lock(user)
        waiting = Authenticator.objects.select_for_update().filter(user=user, confirmed=False)
        device: Authenticator | None = waiting.order_by("-pk").first()
        if device is None or not device.verify_token(_compact(code)):
            return None
        Authenticator.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        return device, _renew(user)


def check(user: User, typed: str) -> Device | None:
    """The device this code belongs to, spent; None when it is wrong, used, or typed too soon after a wrong one."""
    digits, code = _compact(typed), codes.normalize_code(typed)
    with transaction.atomic():
        if _DIGITS.fullmatch(digits):
            telephones = Authenticator.objects.select_for_update().filter(user=user, confirmed=True)
            device = telephones.order_by("-pk").first()
            return device if device is not None and device.verify_token(digits) else None
        device = RecoveryCodes.objects.select_for_update().filter(user=user).first()
        return device if device is not None and device.verify_token(code) else None


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes in place of the old ones. They are returned once, and kept as digests."""
    with transaction.atomic():
        _lock(user)
        return _renew(user)


def recovery_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def reset(user: User) -> bool:
    """Forget telephone and recovery codes: the next sign-in enrolls anew, sessions under way stop at once.

    False when there was nothing to forget.
    """
    with transaction.atomic():
        _lock(user)
        telephones, _kinds = Authenticator.objects.filter(user=user).delete()
        papers, _kinds = RecoveryCodes.objects.filter(user=user).delete()
    return bool(telephones or papers)


# --- What a page shows -------------------------------------------------------------------------------------------
def key_as_text(device: Authenticator) -> str:
    """The key to type where no camera reads the picture, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def qr_code(device: Authenticator) -> bytes:
    """The same key as a picture (SVG, no style of its own)."""
    picture = BytesIO()
    segno.make(device.config_url, error="m").save(picture, kind="svg", scale=5, border=4, light="#ffffff")
    return picture.getvalue()


def demo_code(user: User) -> str:
    """The next code of a demonstration's account, "" for anybody else and wherever DEBUG is off."""
    device = confirmed(user) if settings.DEBUG else None
    if device is None or device.name != DEMO:
        return ""
    generator = TOTP(device.bin_key, device.step, device.t0, device.digits)
    generator.time = max(clock.now().timestamp(), (device.last_t + 1) * device.step)
    return f"{generator.token():06d}"


def give_demo_device(user: User) -> None:
    """Enroll an account of the demonstration without a telephone. Does nothing twice."""
    if not Authenticator.objects.filter(user=user).exists():
        Authenticator.objects.create(user=user, name=DEMO, confirmed=True)


def _renew(user: User) -> list[str]:
    device, _made = RecoveryCodes.objects.get_or_create(user=user, defaults={"name": ""})
    device.token_set.all().delete()
    fresh = [codes.random_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=device.digest(code)) for code in fresh)
    return [codes.grouped(code) for code in fresh]


def _compact(typed: str) -> str:
    return re.sub(r"[\s.-]", "", typed)


def _lock(user: User) -> None:
    """One change of a person's devices at a time."""
    User.objects.select_for_update().get(pk=user.pk)
