"""Who is written to, what, and how each text fared. Only `campaigns.py` writes `Campaign.status`."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock
from notifications.marketing.models.contacts import Contact
from notifications.marketing.models.segments import Segment
from notifications.marketing.models.standing import StandingCampaign
from notifications.statuses import HANDED_OVER, SETTLED, MessageStatus

LETTERS = "ABCD"


class CampaignStatus(models.TextChoices):
    """Life of a campaign (sms.md 4); from `snapshotting` on it may be paused, and canceled until it has ended."""

    DRAFT = "draft", _("brouillon")  # being written
    APPROVED = "approved", _("approuvée")  # texts, segment and test frozen under their hash
    SCHEDULED = "scheduled", _("programmée")  # waiting for its hour
    SNAPSHOTTING = "snapshotting", _("constitution de la liste")  # the audience is being frozen into rows
    TESTING = "testing", _("test en cours")  # the test share leaves, each version to its part
    DECIDING = "deciding", _("décision à prendre")  # the figures are in; a person may have to choose
    ROLLING = "rolling", _("en cours")  # everything left leaves
    PAUSED = "paused", _("en pause")  # nothing more leaves until resumed
    FINISHED = "finished", _("terminée")  # no row left to send
    CANCELED = "canceled", _("annulée")  # what was not sent never will be


RUNNING = ["snapshotting", "testing", "deciding", "rolling"]
ENDED = ["finished", "canceled"]


class Metric(models.TextChoices):
    """What makes a version better."""

    CLICKS = "clicks", _("clics de personnes, par SMS distribué")
    ORDERS = "orders", _("commandes, par SMS distribué")


class Group(models.TextChoices):
    """Why a row is in the campaign."""

    TEST = "test", _("test")  # receives its own version, first
    REST = "rest", _("suite")  # receives the winner
    HOLDOUT = "holdout", _("groupe témoin")  # never receives anything: what would have been bought anyway


def new_salt() -> str:
    """What makes the draw of one campaign independent of all the others."""
    return secrets.token_hex(8)


class Campaign(models.Model):
    """Up to four versions of a text, for a segment, at a legal hour. Only `campaigns.py` writes `status`."""

    name = models.CharField(_("nom"), max_length=80)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, verbose_name=_("segment"))
    link_path = models.CharField(_("page du lien"), max_length=200, blank=True)
    # The day's occurrence of a campaign that comes back by itself.
    standing = models.ForeignKey(
        StandingCampaign, on_delete=models.PROTECT, null=True, editable=False, verbose_name=_("campagne permanente")
    )
    status = models.CharField(_("état"), max_length=12, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    starts_at = models.DateTimeField(_("départ"), null=True, blank=True)
    # The test: only with two versions or more.
    test_percent = models.PositiveSmallIntegerField(_("part du test (%)"), default=20)
    decision_minutes = models.PositiveSmallIntegerField(_("durée du test (minutes)"), default=120)
    metric = models.CharField(_("critère"), max_length=10, choices=Metric.choices, default=Metric.CLICKS)
    asks_when_unclear = models.BooleanField(_("me demander si le test n’est pas concluant"), default=False)
    holdout_percent = models.PositiveSmallIntegerField(_("groupe témoin (%)"), default=0)
    budget_cents = models.PositiveIntegerField(_("budget maximal (centimes)"), null=True, blank=True)
    # What was handed over so far, at the prices of its moment; what the provider refused is taken off again.
    spent_cents = models.DecimalField(
        _("dépensé (centimes)"), max_digits=14, decimal_places=3, default=0, editable=False
    )
    salt = models.CharField(max_length=16, default=new_salt, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("créée par")
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("modifiée par")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("approuvée par"),
    )
    content_sha256 = models.CharField(_("empreinte"), max_length=64, blank=True, editable=False)
    pause_reason = models.CharField(_("motif de la pause"), max_length=40, blank=True, editable=False)
    paused_from = models.CharField(max_length=12, blank=True, editable=False)
    winner = models.ForeignKey(
        "Variant", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("version retenue")
    )
    verdict = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("créée le"), default=clock.now, editable=False)
    approved_at = models.DateTimeField(_("approuvée le"), null=True, editable=False)
    scheduled_at = models.DateTimeField(_("programmée le"), null=True, editable=False)
    # Nothing leaves after this moment: the end of the last legal day it was given.
    ends_at = models.DateTimeField(_("fin au plus tard"), null=True, editable=False)
    rolling_at = models.DateTimeField(_("partie le"), null=True, editable=False)
    decide_at = models.DateTimeField(_("décision le"), null=True, editable=False)
    decided_at = models.DateTimeField(_("décidée le"), null=True, editable=False)
    ended_at = models.DateTimeField(_("terminée le"), null=True, editable=False)

    class Meta:
        verbose_name = _("campagne SMS")
        verbose_name_plural = _("campagnes SMS")
        permissions = [("approve_campaign", _("Peut approuver une campagne écrite par une autre personne"))]
        indexes = [models.Index(fields=["starts_at"], condition=Q(status="scheduled"), name="campaign_due")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CampaignStatus.values), name="campaign_status"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "canceled"]) | Q(approved_at__isnull=False) & ~Q(content_sha256=""),
                name="campaign_approved_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "approved", "canceled"])
                | Q(starts_at__isnull=False, scheduled_at__isnull=False, ends_at__gt=F("starts_at")),
                name="campaign_scheduled_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["testing", "deciding", "rolling", "finished"]) | Q(rolling_at__isnull=False),
                name="campaign_rolling_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["testing", "deciding"]) | Q(decide_at__isnull=False),
                name="campaign_test_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(winner=None) | Q(decided_at__isnull=False), name="campaign_winner_was_decided"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_at__isnull=False) | ~Q(status__in=ENDED) & Q(ended_at=None),
                name="campaign_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(status="paused", paused_from__in=RUNNING) & ~Q(pause_reason="")
                | ~Q(status="paused") & Q(pause_reason="", paused_from=""),
                name="campaign_pause_reason",
            ),
            models.CheckConstraint(condition=Q(test_percent__range=(5, 50)), name="campaign_test_percent"),
            models.CheckConstraint(condition=Q(decision_minutes__range=(30, 1440)), name="campaign_decision_minutes"),
            models.CheckConstraint(condition=Q(holdout_percent__lte=10), name="campaign_holdout_percent"),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One version of the text. One version alone is no test."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="variants", verbose_name=_("campagne SMS")
    )
    letter = models.CharField(_("version"), max_length=1)
    text = models.TextField(_("texte"), max_length=1000)
    keeps_accents = models.BooleanField(_("garder tous les accents"), default=False)
    stopped_at = models.DateTimeField(_("arrêtée le"), null=True, editable=False)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["letter"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "letter"], name="variant_once_per_letter"),
            models.CheckConstraint(condition=Q(letter__in=list(LETTERS)), name="variant_letter"),
        ]

    def __str__(self) -> str:
        return self.letter


class CampaignMessageQuerySet(models.QuerySet["CampaignMessage"]):
    def due(self, moment: datetime) -> CampaignMessageQuerySet:
        """Queued rows whose moment has come, of campaigns that are rolling; of those in test, the test share."""
        leaving = Q(campaign__status=CampaignStatus.ROLLING)
        leaving |= Q(campaign__status=CampaignStatus.TESTING, group=Group.TEST)
        return self.filter(leaving, status=MessageStatus.QUEUED, not_before__lte=moment)


class CampaignMessage(models.Model):
    """One campaign to one number, once: the pair is unique in the database."""

    CREDIT = timedelta(days=5)  # how long a text owns what follows it: an order, a STOP

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="messages")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=16)
    group = models.CharField(max_length=8, choices=Group.choices, default=Group.REST)
    # Of the rest: written when it leaves, for only then the winner is known.
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=MessageStatus.choices, default=MessageStatus.QUEUED)
    skip_reason = models.CharField(max_length=40, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    cost_cents = models.DecimalField(max_digits=9, decimal_places=3, default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    handed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # By a person; scanners only count.
    clicked_at = models.DateTimeField(null=True)
    last_clicked_at = models.DateTimeField(null=True)
    scans = models.PositiveSmallIntegerField(default=0)
    # The person opposed after this text, the last they had received.
    stopped_at = models.DateTimeField(null=True)

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
            models.Index(
                fields=["contact", "-handed_at"], condition=Q(handed_at__isnull=False), name="campaignmessage_received"
            ),
            models.Index(
                fields=["contact", "-last_clicked_at"],
                condition=Q(last_clicked_at__isnull=False),
                name="campaignmessage_clicked",
            ),
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
            models.CheckConstraint(
                condition=~Q(group="holdout") | Q(status="skipped", skip_reason="holdout", handed_at=None),
                name="campaignmessage_holdout_never_receives",
            ),
            models.CheckConstraint(
                condition=~Q(group="test") | Q(variant__isnull=False), name="campaignmessage_test_has_a_version"
            ),
            models.CheckConstraint(
                condition=Q(handed_at=None) | Q(variant__isnull=False), name="campaignmessage_handed_has_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.public_id}"
