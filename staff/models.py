"""What a member of staff proves with, besides a password. The rows are django-otp's; what they hold opens nothing.

The key of an authenticator and the digest of a recovery code are derived with the back office's own SECRET_KEY: a dump
of the database gives no code away, and a row written by a process of another role, or moved to another person, is
worth nothing.
"""

from __future__ import annotations

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

KEY_BYTES = 20
DIGEST_CHARACTERS = 16  # what django-otp's column holds: 64 bits, of codes that carry 60


class Authenticator(TOTPDevice):
    """The application on somebody's telephone. `confirmed` once a first code came back from it."""

    class Meta:
        proxy = True
        verbose_name = _("application d’authentification")
        verbose_name_plural = _("applications d’authentification")

    @property
    def bin_key(self) -> bytes:
        """The secret shared with the telephone."""
        seed = f"{self.user_id}:{self.key}"
        return salted_hmac("staff.authenticator", seed, algorithm="sha256").digest()[:KEY_BYTES]


class RecoveryCodes(StaticDevice):
    """The codes on paper of one person, each good for one sign-in without the telephone."""

    class Meta:
        proxy = True
        verbose_name = _("codes de secours")
        verbose_name_plural = _("codes de secours")

    def digest(self, code: str) -> str:
        """What is kept of a code."""
        seed = f"{self.user_id}:{code}"
        return salted_hmac("staff.recovery", seed, algorithm="sha256").hexdigest()[:DIGEST_CHARACTERS]

    def verify_token(self, token: str) -> bool:
        """Spend a code (as normalized by `codes.normalize_code`). Call on a locked row."""
        return bool(super().verify_token(self.digest(token)))
