"""Who is written to, what, and how each text fared. Only `campaigns.py` writes `Campaign.status`."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock
from notifications.marketing.models.contacts import Contact
from notifications.statuses import HANDED_OVER, SETTLED, MessageStatus


class CampaignStatus(models.TextChoices):
    """Life of a campaign, reduced: the approval and test states join later between draft and rolling."""

    DRAFT = "draft", _("brouillon")  # being written
    SCHEDULED = "scheduled", _("programmée")  # text and segment frozen, waiting for its hour
    ROLLING = "rolling", _("en cours")  # audience frozen into rows, leaving
    PAUSED = "paused", _("en pause")  # nothing more leaves until resumed
    FINISHED = "finished", _("terminée")  # no row left to send
    CANCELED = "canceled", _("annulée")  # what was not sent never will be


class Segment(models.Model):
    """A rule that names an audience; empty rules mean every opted-in contact."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    occasion = models.CharField(_("occasion achetée"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A text for a segment at a legal hour. Only `campaigns.py` writes `status`."""

    name = models.CharField(_("nom"), max_length=80)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, verbose_name=_("segment"))
    text = models.TextField(_("texte"), max_length=1000)
    keeps_accents = models.BooleanField(_("garder tous les accents"), default=False)
    status = models.CharField(_("état"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    starts_at = models.DateTimeField(_("départ"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("créée par")
    )
    text_sha256 = models.CharField(_("empreinte du texte"), max_length=64, blank=True, editable=False)
    pause_reason = models.CharField(_("motif de la pause"), max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), default=clock.now, editable=False)
    scheduled_at = models.DateTimeField(_("programmée le"), null=True, editable=False)
    rolling_at = models.DateTimeField(_("partie le"), null=True, editable=False)
    ended_at = models.DateTimeField(_("terminée le"), null=True, editable=False)

    class Meta:
        verbose_name = _("campagne SMS")
        verbose_name_plural = _("campagnes SMS")
        indexes = [models.Index(fields=["starts_at"], condition=Q(status="scheduled"), name="campaign_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "rolling", "paused", "finished"])
                | Q(starts_at__isnull=False, scheduled_at__isnull=False) & ~Q(text_sha256=""),
                name="campaign_scheduled_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rolling", "paused", "finished"]) | Q(rolling_at__isnull=False),
                name="campaign_rolling_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["finished", "canceled"], ended_at__isnull=False)
                | ~Q(status__in=["finished", "canceled"]) & Q(ended_at=None),
                name="campaign_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(status="paused") & ~Q(pause_reason="") | ~Q(status="paused") & Q(pause_reason=""),
                name="campaign_pause_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignMessageQuerySet(models.QuerySet["CampaignMessage"]):
    def due(self, moment: datetime) -> CampaignMessageQuerySet:
        """Queued rows of rolling campaigns whose moment has come."""
        return self.filter(status=MessageStatus.QUEUED, not_before__lte=moment, campaign__status=CampaignStatus.ROLLING)


class CampaignMessage(models.Model):
    """One campaign to one number, once: the pair is unique in the database."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="messages")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=16)
    status = models.CharField(max_length=12, choices=MessageStatus.choices, default=MessageStatus.QUEUED)
    skip_reason = models.CharField(max_length=40, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    handed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = CampaignMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("SMS de campagne")
        verbose_name_plural = _("SMS de campagne")
        indexes = [
            models.Index(fields=["campaign", "id"], condition=Q(status="queued"), name="campaignmessage_due"),
            models.Index(fields=["lease_until"], condition=Q(status="sending"), name="campaignmessage_leased"),
            models.Index(fields=["not_before"], condition=Q(status="unknown"), name="campaignmessage_unknown"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="campaignmessage_provider_id"),
            models.Index(fields=["body_digest"], condition=~Q(body_digest=""), name="campaignmessage_body"),
            models.Index(fields=["campaign", "status"], name="campaignmessage_counts"),
            models.Index(fields=["phone"], condition=Q(status="queued"), name="campaignmessage_stop"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "phone"], name="campaign_once_per_number"),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="campaignmessage_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(handed_at=None), name="campaignmessage_queued_not_handed"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*HANDED_OVER, "unknown"]) | Q(handed_at__isnull=False),
                name="campaignmessage_handed_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=HANDED_OVER) | Q(accepted_at__isnull=False), name="campaignmessage_accepted_at"
            ),
            models.CheckConstraint(
                condition=Q(status__in=SETTLED, settled_at__isnull=False) | ~Q(status__in=SETTLED) & Q(settled_at=None),
                name="campaignmessage_settled_at",
            ),
            models.CheckConstraint(
                condition=Q(status="skipped") & ~Q(skip_reason="") | ~Q(status="skipped") & Q(skip_reason=""),
                name="campaignmessage_skip_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.public_id}"
