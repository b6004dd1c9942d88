"""A gift to somebody whose address the sender does not have: the claim, who opened it, who asked for peace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from addressless.models_peace import (
    STOPPED,
    Announcement,
    ClosedSender,
    PairBlock,
    Report,
    ReportReason,
    ReportStatus,
    Review,
    ReviewReason,
    ReviewStatus,
)
from addressless.models_tracking import Tracking, Worry, WorryKind, WorryStatus
from interflora.lib import clock, codes, contacts, crypto, links

__all__ = [
    "OPEN",
    "STOPPED",
    "Announcement",
    "Claim",
    "ClaimChannel",
    "ClaimSession",
    "ClaimStatus",
    "ClosedSender",
    "InvitedContact",
    "PairBlock",
    "PendingAnswer",
    "Report",
    "ReportReason",
    "ReportStatus",
    "Review",
    "ReviewReason",
    "ReviewStatus",
    "SessionAnswer",
    "Tracking",
    "WantedRule",
    "Worry",
    "WorryKind",
    "WorryStatus",
]


class ClaimChannel(models.TextChoices):
    """How the recipient hears of the gift; the first three are those of `interflora.lib.contacts`."""

    EMAIL = contacts.Channel.EMAIL.value, _("e-mail")
    SMS = contacts.Channel.SMS.value, _("SMS")
    TWITTER_DM = contacts.Channel.TWITTER_DM.value, _("Twitter / X")
    PERSONAL_LINK = "personal_link", _("lien à transmettre")


class ClaimStatus(models.TextChoices):
    """Written by `addressless/claims.py` alone."""

    DRAFT = "draft", _("brouillon")  # typed at checkout; paid, it waits for its invitation to be handed over
    INVITED = "invited", _("invitation remise")  # the recipient may answer until `expires_at`
    ACCEPTED = "accepted", _("accepté")
    DECLINED = "declined", _("refusé")  # an open « refuser », settled
    EXPIRED = "expired", _("sans réponse")  # nobody answered, or somebody refused in silence
    CANCELED = "canceled", _("annulé")  # by the sender, or with the order
    UNREACHABLE = "unreachable", _("injoignable")  # 72 hours without a working contact
    VOID = "void", _("abandonné")  # never paid


class PendingAnswer(models.TextChoices):
    """An answer that settles later."""

    DECLINE = "decline", _("refus")


class WantedRule(models.TextChoices):
    """What the sender's wanted day means."""

    ON_OR_AFTER = "on_or_after", _("ce jour ou après")
    ONLY = "only", _("ce jour seulement")


OPEN = (ClaimStatus.DRAFT, ClaimStatus.INVITED)
NEEDS_INVITATION = (ClaimStatus.INVITED, ClaimStatus.ACCEPTED, ClaimStatus.DECLINED, ClaimStatus.EXPIRED)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def by_token(self, token: str) -> Claim | None:
        return self.filter(token_digest=links.digest(token)).first()

    def by_code(self, code: str) -> Claim | None:
        return self.filter(code_digest=links.code_digest(links.Purpose.CLAIM, code)).first()

    def by_tracking_code(self, code: str) -> Claim | None:
        return self.filter(tracking_code_digest=links.code_digest(links.Purpose.TRACKING, code)).first()

    def standing(self) -> ClaimQuerySet:
        """Open, and its invitation has left or is about to: what « one open gift » counts."""
        in_review = Review.objects.filter(claim=OuterRef("pk"), status=ReviewStatus.OPEN)
        waits = Q(postponed_until__isnull=False)
        return self.filter(Q(invitations__gt=0) | waits | Exists(in_review), status__in=OPEN)

    def answerable(self, now: datetime) -> ClaimQuerySet:
        """Invited, not decided, still in its window."""
        return self.filter(status=ClaimStatus.INVITED, pending_answer="", expires_at__gt=now)


class Claim(models.Model):
    """The pending claim of one gift order. The contact rests as ciphertext and as a keyed digest, nothing else."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, related_name="claim", verbose_name=_("commande")
    )
    status = models.CharField(_("état"), max_length=12, choices=ClaimStatus, default=ClaimStatus.DRAFT)
    channel = models.CharField(_("canal"), max_length=13, choices=ClaimChannel)
    # What the outbox takes as `to`: an e-mail, an E.164 number, or « numeric id|handle » on X.
    contact_sealed = models.BinaryField(null=True, editable=False)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    sender_digest = models.CharField(max_length=64, blank=True, editable=False)
    contact_erased_at = models.DateTimeField(_("contact effacé le"), null=True, blank=True)

    # The claim link: raising the generation revokes it and every session it opened.
    generation = models.PositiveSmallIntegerField(_("génération du lien"), default=0)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    # Set at acceptance: the follow-up code is derived like the link and shown in that session alone.
    tracking_token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    tracking_code_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)

    # The sender's own account on X, proved by signing in (`addressless/signatures.py`). The number is the person; the
    # handle is what X called it at `sender_x_verified_at`, empty once X says that it has none any more.
    sender_x_id = models.CharField(_("numéro X de l’expéditeur"), max_length=19, blank=True)
    sender_x_handle = models.CharField(_("compte X de l’expéditeur"), max_length=15, blank=True)
    sender_x_verified_at = models.DateTimeField(_("compte X vérifié le"), null=True, blank=True)

    wanted_on = models.DateField(_("jour souhaité"), null=True, blank=True)
    wanted_rule = models.CharField(_("règle du jour souhaité"), max_length=11, choices=WantedRule, blank=True)

    created_at = models.DateTimeField(_("créé le"), default=clock.now)
    invite_at = models.DateTimeField(_("invitation prévue le"), null=True, blank=True)
    started_at = models.DateTimeField(_("paiement vu le"), null=True, blank=True)
    invitations = models.PositiveSmallIntegerField(_("invitations envoyées"), default=0)
    invited_at = models.DateTimeField(_("invitation remise le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("réponse attendue avant le"), null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("relances"), default=0)
    # The contact has had its messages of the day: until when this invitation waits, and with which others it left.
    postponed_until = models.DateTimeField(_("invitation reportée au"), null=True, blank=True)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, null=True, related_name="claims")

    pending_answer = models.CharField(max_length=7, choices=PendingAnswer, blank=True)
    settles_at = models.DateTimeField(null=True, blank=True)
    quiet_at = models.DateTimeField(null=True, blank=True)
    contact_failed_at = models.DateTimeField(_("contact en échec depuis"), null=True, blank=True)
    contact_failure_retold_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepté le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("cadeau à accepter")
        verbose_name_plural = _("cadeaux à accepter")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(name="claim_status_known", condition=Q(status__in=ClaimStatus.values)),
            models.CheckConstraint(name="claim_channel_known", condition=Q(channel__in=ClaimChannel.values)),
            models.CheckConstraint(
                name="claim_window_follows_invitation",
                condition=Q(invited_at=None, expires_at=None)
                | Q(invited_at__isnull=False, expires_at__isnull=False, expires_at__gt=F("invited_at")),
            ),
            models.CheckConstraint(
                name="claim_answer_needs_invitation",
                condition=~Q(status__in=NEEDS_INVITATION) | Q(invited_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_draft_not_invited",
                condition=~Q(status__in=(ClaimStatus.DRAFT, ClaimStatus.VOID)) | Q(invited_at=None),
            ),
            models.CheckConstraint(
                name="claim_accepted_at_tied",
                condition=Q(status=ClaimStatus.ACCEPTED, accepted_at__isnull=False, tracking_token_digest__isnull=False)
                | (~Q(status=ClaimStatus.ACCEPTED) & Q(accepted_at=None, tracking_token_digest=None)),
            ),
            models.CheckConstraint(
                name="claim_ended_at_tied",
                condition=Q(status__in=OPEN, ended_at=None) | (~Q(status__in=OPEN) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="claim_pending_answer_settles",
                condition=Q(pending_answer="", settles_at=None)
                | Q(pending_answer__in=PendingAnswer.values, settles_at__isnull=False, status=ClaimStatus.INVITED),
            ),
            models.CheckConstraint(
                name="claim_unreachable_failed",
                condition=~Q(status=ClaimStatus.UNREACHABLE) | Q(contact_failed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_personal_link_keeps_no_contact",
                condition=~Q(channel=ClaimChannel.PERSONAL_LINK) | Q(contact_sealed=None, contact_digest=""),
            ),
            models.CheckConstraint(
                name="claim_wanted_day_has_rule",
                condition=Q(wanted_on=None, wanted_rule="")
                | Q(wanted_on__isnull=False, wanted_rule__in=WantedRule.values),
            ),
            models.CheckConstraint(name="claim_two_reminders", condition=Q(reminders__lte=2)),
            models.CheckConstraint(
                name="claim_postponed_while_open", condition=Q(postponed_until=None) | Q(status__in=OPEN)
            ),
            models.CheckConstraint(
                name="claim_signature_whole",
                condition=Q(sender_x_id="", sender_x_handle="", sender_x_verified_at=None)
                | Q(
                    sender_x_id__regex=r"^[0-9]{1,19}$",
                    sender_x_handle__regex=r"^[A-Za-z0-9_]{0,15}$",
                    sender_x_verified_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(F("settles_at"), name="claim_settles", condition=~Q(pending_answer="")),
            models.Index(F("expires_at"), name="claim_expires", condition=Q(status=ClaimStatus.INVITED)),
            models.Index(F("next_reminder_at"), name="claim_reminds", condition=Q(status=ClaimStatus.INVITED)),
            models.Index(
                F("contact_failed_at"), name="claim_failed", condition=Q(contact_failed_at__isnull=False, ended_at=None)
            ),
            models.Index(fields=["started_at"], name="claim_drafts", condition=Q(status=ClaimStatus.DRAFT)),
            models.Index(fields=["sender_digest", "contact_digest"], name="claim_pair"),
            models.Index(fields=["contact_digest"], name="claim_contact"),
            models.Index(F("postponed_until"), name="claim_postponed", condition=Q(postponed_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.public_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new claim derives the digests of its link; afterwards `claims.set_contact` does."""
        if not self.token_digest:
            self.derive_digests()
        super().save(*args, **kwargs)

    @property
    def about(self) -> str:
        """Under which its messages to the recipient are found."""
        return f"claim:{self.public_id}"

    def link(self) -> links.Link:
        """The claim link. Same generation, same address: reminders and resends repeat it."""
        return links.Link(links.Purpose.CLAIM, self.public_id, self.channel, self.generation)

    def derive_digests(self) -> None:
        """Digests of the link's token and of its typed code; the caller saves."""
        link = self.link()
        self.token_digest = links.digest(links.token(link))
        self.code_digest = links.code_digest(link.purpose, links.code(link))

    def stop_link(self) -> links.Link:
        """« Ne plus être contacté », at the foot of every message: each contact of the claim has its own."""
        return links.Link(links.Purpose.GIFT_STOP, self.public_id, self.channel, self.generation)

    def tracking_link(self) -> links.Link:
        """The recipient's own tracking, opened by the follow-up code."""
        return links.Link(links.Purpose.TRACKING, self.public_id)

    @property
    def typed_contact(self) -> str:
        """What the sender typed, as they would write it, for their own pages alone; "" for a link to pass on."""
        if self.contact_sealed is None:
            return ""
        return contacts.display(self.channel, crypto.decrypt(self.contact_sealed).rpartition("|")[2])

    @property
    def signature(self) -> str:
        """« @handle » when the sender proved an account on X, else ""."""
        return f"@{self.sender_x_handle}" if self.sender_x_handle else ""

    @property
    def is_open(self) -> bool:
        """No outcome yet."""
        return self.status in OPEN

    @property
    def is_in_review(self) -> bool:
        """Staff look before the invitation leaves."""
        return self.reviews.filter(status=ReviewStatus.OPEN).exists()

    @property
    def is_stopped(self) -> bool:
        """Staff stopped it after a report: it goes on for whoever looks, and nothing leaves."""
        return self.reports.filter(status__in=STOPPED).exists()

    @property
    def is_openly_in_review(self) -> bool:
        """The same, for the reason that is the sender's own and is told to the sender; no other is."""
        return self.review_until is not None

    @property
    def review_until(self) -> datetime | None:
        """Until when the sender may expect the decision; None when there is none the sender knows of."""
        told = self.reviews.filter(status=ReviewStatus.OPEN, reason=ReviewReason.SENDER_LIMIT)
        return told.values_list("due_at", flat=True).first()

    @property
    def is_personal_link(self) -> bool:
        return self.channel == ClaimChannel.PERSONAL_LINK

    @property
    def has_answer(self) -> bool:
        """The recipient said something, aloud or not: nothing more is sent to them."""
        return bool(self.pending_answer) or self.quiet_at is not None

    def is_answerable(self, now: datetime) -> bool:
        """Whether the link shows a gift that waits for its answer."""
        return (
            self.status == ClaimStatus.INVITED
            and not self.pending_answer
            and self.expires_at is not None
            and self.expires_at > now
        )


class InvitedContact(models.Model):
    """One contact a claim's messages went to: « Ne plus être contacté » acts on it, even after a correction."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="invited_contacts")
    generation = models.PositiveSmallIntegerField()
    contact_digest = models.CharField(max_length=64, editable=False)
    stop_digest = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("contact invité")
        verbose_name_plural = _("contacts invités")
        constraints = [
            models.UniqueConstraint(fields=["claim", "generation"], name="invited_contact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.generation}"


class SessionAnswer(models.TextChoices):
    """What was answered in a session; only that session is shown its own answer."""

    ACCEPTED = "accepted", _("accepté")
    DECLINED = "declined", _("refusé")
    QUIET = "quiet", _("refusé sans rien dire")
    REPORTED = "reported", _("refusé et signalé")


class ClaimSession(models.Model):
    """One browser that pressed « Découvrir ». The cookie holds the key, the row its SHA-256."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="sessions")
    key_digest = models.CharField(max_length=64, unique=True)
    generation = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=8, choices=SessionAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Other flowers, should this browser accept. No other session of the same link knows: it may be the sender's.
    preferred = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("préférence")
    )

    class Meta:
        verbose_name = _("session de cadeau")
        verbose_name_plural = _("sessions de cadeau")
        constraints = [
            models.CheckConstraint(
                name="claim_session_answer_dated",
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=SessionAnswer.values, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.pk}"
