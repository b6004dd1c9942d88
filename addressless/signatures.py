"""How a gift is signed: by a first name nobody checked, or by the account on X that its holder signed in with.

The number is the person and stays on file with the claim; the handle is what X calls it. A handle is words its holder
chose, so no message carries it: it stands on the gift page, which the recipient asked to see (docs/adr/0008).
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.transaction import atomic

from addressless import claims, letters
from addressless.errors import NotSignable
from addressless.models import Claim, ClaimStatus
from interflora.lib import clock, wording
from notifications import identities
from notifications.identities import SignInFailed
from notifications.transports.twitter_dm import Person

log = logging.getLogger(__name__)
# Before an invitation planned long ago leaves, X is asked once more what the account is called.
LOOK_AHEAD = timedelta(days=1)
STALE_AFTER = timedelta(days=1)
BATCH = 20
_DIGITS_AS_LETTERS = str.maketrans("013457", "oieast")


def sign(claim_pk: int, person: Person) -> bool:
    """Sign an unpaid gift as this person; False once it is paid or closed. Locks Order → Claim. Raises NotSignable."""
    if not _is_fit(person.handle):
        raise NotSignable
    return _write(claim_pk, person)


def unsign(claim_pk: int) -> bool:
    """Back to the first name, before paying; nothing of the account stays. Locks Order → Claim."""
    return _write(claim_pk, None)


@atomic
def _write(claim_pk: int, person: Person | None) -> bool:
    order, claim = claims.lock(claim_pk)
    if not order.is_pending or claim.status != ClaimStatus.DRAFT:
        return False
    claim.sender_x_id, claim.sender_x_handle = (person.user_id, person.handle) if person else ("", "")
    claim.sender_x_verified_at = clock.now() if person else None
    claim.save(update_fields=["sender_x_id", "sender_x_handle", "sender_x_verified_at"])
    return True


def shown_as(claim: Claim) -> str:
    """How the gift's pages name the sender: « @handle », else the screened first name, else ""."""
    return claim.signature or letters.shown_name(claim.order)


def _is_fit(handle: str) -> bool:
    """Whether nobody would take this handle for a service's or the house's, however it is spelled."""
    if handle.casefold() == settings.X_ACCOUNT_HANDLE.casefold():
        return False
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", handle)
    for reading in (re.sub(r"\d", "_", apart), apart.translate(_DIGITS_AS_LETTERS)):
        words = [word for word in reading.split("_") if len(word) > 1]
        if any(_is_reserved(word) for word in ["".join(words), *words]):
            return False
    return True


def _is_reserved(word: str) -> bool:
    try:
        wording.screen_first_name(word)
    except wording.Refused as refusal:
        return refusal.code == "reserved"
    return False


# --- Names change, numbers do not
def refresh_planned() -> int:
    """Ask X what the signatures of invitations that leave soon are called now; returns how many were asked.

    An invitation never waits for it: when X does not answer, the rest is left for the next pass.
    """
    now = clock.now()
    planned = Claim.objects.filter(
        ~Q(sender_x_handle=""),
        status=ClaimStatus.DRAFT,
        invite_at__lte=now + LOOK_AHEAD,
        sender_x_verified_at__lte=now - STALE_AFTER,
        order__paid_at__isnull=False,
    )
    asked = 0
    for pk, user_id in planned.order_by("invite_at").values_list("pk", "sender_x_id")[:BATCH]:
        try:
            person = identities.by_number(user_id)
        except SignInFailed as failure:
            log.warning("signatures not refreshed: X is %s", failure.code)
            break
        # Gone, or renamed to what nobody may pass for: the first name speaks again, the number stays on file.
        handle = person.handle if person and _is_fit(person.handle) else ""
        Claim.objects.filter(pk=pk, sender_x_id=user_id).update(
            sender_x_handle=handle, sender_x_verified_at=clock.now()
        )
        asked += 1
    return asked
