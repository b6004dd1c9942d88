"""Functional messages (the outbox), people who asked for silence, and what the webhooks already told us.

The marketing tables live in `marketing/models/`: no foreign key joins the two halves.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, codes
from interflora.lib.contacts import Channel
from notifications import names
from notifications.marketing import models as marketing
from notifications.routing import models as routing
from notifications.statuses import HANDED_OVER, SETTLED, MessageStatus

__all__ = [
    "Channel",
    "DirectMessageUse",
    "Message",
    "MessageStatus",
    "ProviderEvent",
    "Suppression",
    "marketing",
    "routing",
]


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, moment: datetime) -> MessageQuerySet:
        """Queued rows whose moment has come."""
        return self.filter(status=MessageStatus.QUEUED, not_before__lte=moment)

    def uncertain(self, moment: datetime) -> MessageQuerySet:
        """Rows of unknown outcome that nobody is looking up and whose next look has come."""
        free = Q(lease_until=None) | Q(lease_until__lt=moment)
        return self.filter(free, status=MessageStatus.UNKNOWN, not_before__lte=moment)

    def about(self, about: str) -> MessageQuerySet:
        """Rows about one thing, `order:ABC…`; a bare `order:` matches every order."""
        return self.filter(about__startswith=about) if about.endswith(":") else self.filter(about=about)


class Message(models.Model):
    """One functional message to one person on one channel; the row is its own history."""

    public_id = models.CharField(_("référence"), max_length=12, unique=True, default=codes.random_code, editable=False)
    template = models.CharField(_("modèle"), max_length=60)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("langue"), max_length=5, default="fr")
    # A sender or a florist is an ordinary column; a gift contact rests only as ciphertext and keyed digest.
    recipient_plain = models.CharField(_("destinataire"), max_length=254, blank=True)
    recipient_sealed = models.BinaryField(null=True)
    recipient_digest = models.CharField(max_length=64, blank=True)
    context = models.JSONField(default=dict)
    dedup_key = models.CharField(max_length=200, unique=True)
    about = models.CharField(_("à propos de"), max_length=80)
    status = models.CharField(_("état"), max_length=12, choices=MessageStatus.choices, default=MessageStatus.QUEUED)
    skip_reason = models.CharField(_("motif"), max_length=40, blank=True)
    error_code = models.CharField(_("erreur"), max_length=40, blank=True)
    provider_id = models.CharField(_("référence chez l’opérateur"), max_length=200, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    not_before = models.DateTimeField(_("pas avant le"), default=clock.now)
    expires_at = models.DateTimeField(_("inutile après le"), null=True, blank=True)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    handed_at = models.DateTimeField(_("confié à l’opérateur le"), null=True)
    resent_at = models.DateTimeField(_("renvoyé le"), null=True)
    accepted_at = models.DateTimeField(_("remis le"), null=True)
    settled_at = models.DateTimeField(_("sort connu le"), null=True)
    erased_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages envoyés")
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(status="sending"), name="message_leased"),
            models.Index(fields=["not_before"], condition=Q(status="unknown"), name="message_unknown"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_provider_id"),
            models.Index(fields=["recipient_digest"], condition=~Q(recipient_digest=""), name="message_recipient"),
            models.Index(fields=["body_digest"], condition=~Q(body_digest=""), name="message_body"),
            models.Index(fields=["about", "created_at"], name="message_about"),
            models.Index(fields=["-created_at"], name="message_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None, recipient_sealed=None, recipient_digest="") & ~Q(recipient_plain="")
                | Q(erased_at=None, recipient_plain="", recipient_sealed__isnull=False) & ~Q(recipient_digest="")
                | Q(erased_at__isnull=False, recipient_plain="", recipient_sealed=None, recipient_digest=""),
                name="message_one_recipient",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="message_sending_has_lease",
            ),
            models.CheckConstraint(condition=~Q(status="queued") | Q(handed_at=None), name="message_queued_not_handed"),
            models.CheckConstraint(
                condition=~Q(status__in=[*HANDED_OVER, "unknown"]) | Q(handed_at__isnull=False),
                name="message_handed_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=HANDED_OVER) | Q(accepted_at__isnull=False), name="message_accepted_at"
            ),
            models.CheckConstraint(
                condition=Q(status__in=SETTLED, settled_at__isnull=False) | ~Q(status__in=SETTLED) & Q(settled_at=None),
                name="message_settled_at",
            ),
            models.CheckConstraint(
                condition=Q(status="skipped") & ~Q(skip_reason="") | ~Q(status="skipped") & Q(skip_reason=""),
                name="message_skip_reason",
            ),
            models.CheckConstraint(
                condition=Q(resent_at=None) | Q(attempts__gte=2), name="message_resent_was_tried_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"{names.name_of(self.template)} {self.public_id}"

    @property
    def is_gift(self) -> bool:
        """Whether the contact was given by a sender: never shown, suppression applies."""
        return self.recipient_plain == ""


class Suppression(models.Model):
    """« Ne plus me contacter » and dead contacts of gifts: a keyed digest and nothing else."""

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("contact à ne pas joindre")
        verbose_name_plural = _("contacts à ne pas joindre")

    def __str__(self) -> str:
        return self.reason


class ProviderEvent(models.Model):
    """A webhook already applied: its replay changes nothing."""

    provider = models.CharField(max_length=12)
    key = models.CharField(max_length=128)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="provider_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.key}"


class DirectMessageUse(models.Model):
    """One direct message handed to X: what the account's allowance of 15 minutes and of a day is counted from."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.used_at:%Y-%m-%d %H:%M}"
