"""People who agreed to hear from the shop, the proof of it, and the campaigns they receive.

The wall is provenance: a `Contact` exists only because that person typed it (consent or sale). No table here refers
to `Message`, and no digest here shares a key with gift contacts.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, codes
from interflora.lib.contacts import Channel
from notifications.statuses import HANDED_OVER, SETTLED, MessageStatus


class Provenance(models.TextChoices):
    """Why we may hold this contact: what the person did."""

    CONSENT = "consent", _("a donné son accord")  # ticked the box themselves
    SALE = "sale", _("a passé commande")  # typed their number for their own order


class StopSource(models.TextChoices):
    """By which road the opposition came."""

    PAGE = "page", _("page de désinscription")
    SMS = "sms", _("réponse STOP")
    CARRIER = "carrier", _("opérateur")
    STAFF = "staff", _("équipe")


class CampaignStatus(models.TextChoices):
    """Life of a campaign, reduced: the approval and test states join later between draft and rolling."""

    DRAFT = "draft", _("brouillon")  # being written
    SCHEDULED = "scheduled", _("programmée")  # text and segment frozen, waiting for its hour
    ROLLING = "rolling", _("en cours")  # audience frozen into rows, leaving
    PAUSED = "paused", _("en pause")  # nothing more leaves until resumed
    FINISHED = "finished", _("terminée")  # no row left to send
    CANCELED = "canceled", _("annulée")  # what was not sent never will be


class Wording(models.Model):
    """A consent text exactly as it was shown, with its version and hash."""

    key = models.CharField(_("nom"), max_length=40)
    version = models.PositiveIntegerField(_("version du texte"))
    language = models.CharField(_("langue"), max_length=5)
    text = models.TextField(_("texte"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    created_at = models.DateTimeField(_("créé le"), default=clock.now)

    class Meta:
        verbose_name = _("texte de consentement")
        verbose_name_plural = _("textes de consentement")
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="wording_version_once"),
            models.UniqueConstraint(fields=["key", "language", "sha256"], name="wording_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version} ({self.language})"


class Contact(models.Model):
    """A person in their own right; the opt-in columns are the fold of their `Consent` rows."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    phone = models.CharField(_("mobile"), max_length=16, null=True, blank=True, unique=True)
    phone_digest = models.CharField(max_length=64, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    first_name = models.CharField(_("prénom"), max_length=20, blank=True)
    provenance = models.CharField(_("origine"), max_length=10, choices=Provenance.choices)
    is_sms_opted_in = models.BooleanField(_("SMS acceptés"), default=False)
    is_email_opted_in = models.BooleanField(_("e-mails acceptés"), default=False)
    stop_code_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("depuis le"), default=clock.now)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["phone_digest"], condition=~Q(phone_digest=""), name="contact_phone_digest")]
        constraints = [
            models.CheckConstraint(condition=Q(phone__isnull=False) | Q(email__isnull=False), name="contact_reachable"),
            models.CheckConstraint(condition=~Q(phone="") & ~Q(email=""), name="contact_null_not_empty"),
            models.CheckConstraint(
                condition=Q(phone=None, phone_digest="") | Q(phone__isnull=False) & ~Q(phone_digest=""),
                name="contact_phone_has_digest",
            ),
            models.CheckConstraint(condition=Q(provenance__in=Provenance.values), name="contact_provenance"),
        ]

    def __str__(self) -> str:
        return self.first_name or self.public_id


class Consent(models.Model):
    """One yes or one no, with its proof. Append-only: a trigger refuses any update."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consents", verbose_name=_("contact"))
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    granted = models.BooleanField(_("accord"))
    wording = models.ForeignKey(
        Wording, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("texte montré")
    )
    source = models.CharField(_("page"), max_length=80)
    ip = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        indexes = [models.Index(fields=["contact", "-recorded_at"], name="consent_history")]
        constraints = [
            # A yes is worth nothing without the words it answered; a no needs none.
            models.CheckConstraint(
                condition=Q(granted=False) | Q(wording__isnull=False), name="consent_yes_has_wording"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {'oui' if self.granted else 'non'}"


class StopEntry(models.Model):
    """Opposition to marketing, kept as a keyed hash only: it survives the erasure of the contact."""

    phone_digest = models.CharField(_("empreinte du numéro"), max_length=64, unique=True)
    source = models.CharField(_("origine"), max_length=10, choices=StopSource.choices)
    created_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("opposition (STOP)")
        verbose_name_plural = _("oppositions (STOP)")

    def __str__(self) -> str:
        return self.phone_digest[:8]


class Purchase(models.Model):
    """What a customer bought for themselves to give: facts, no order detail, no recipient."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="purchases")
    order_public_id = models.CharField(max_length=12, unique=True)
    purchased_at = models.DateTimeField()
    occasion = models.CharField(max_length=60, blank=True)
    total_cents = models.PositiveIntegerField()
    # Blank for gifts to an unknown address: the place must not be known here.
    department = models.CharField(max_length=3, blank=True)

    class Meta:
        verbose_name = _("achat")
        verbose_name_plural = _("achats")
        indexes = [models.Index(fields=["occasion", "contact"], name="purchase_occasion")]

    def __str__(self) -> str:
        return self.order_public_id


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
