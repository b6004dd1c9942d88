"""What keeps a gift from becoming a nuisance: blocks, reports, staff who look first, messages that wait."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock


class PairBlock(models.Model):
    """This sender may not write to this contact: until a day after a refusal, for ever after a block or a report."""

    sender_digest = models.CharField(max_length=64, editable=False)
    contact_digest = models.CharField(max_length=64, editable=False)
    until = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now)

    class Meta:
        verbose_name = _("couple bloqué")
        verbose_name_plural = _("couples bloqués")
        constraints = [
            models.UniqueConstraint(fields=["sender_digest", "contact_digest"], name="pair_block_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClosedSender(models.Model):
    """Writes to nobody through us any more, from a moment that tells them nothing (`addressless/discretion.py`)."""

    sender_digest = models.CharField(max_length=64, unique=True, editable=False)
    since = models.DateTimeField(_("fermé à partir du"))
    created_at = models.DateTimeField(_("décidé le"), default=clock.now)
    report = models.ForeignKey(
        "addressless.Report", on_delete=models.PROTECT, related_name="+", verbose_name=_("signalement")
    )

    class Meta:
        verbose_name = _("expéditeur fermé")
        verbose_name_plural = _("expéditeurs fermés")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return str(self.pk)


class ReportReason(models.TextChoices):
    """Where in the claim pages the report was made."""

    UNWANTED = "unwanted", _("cadeau refusé et signalé")
    CARD = "card", _("message de la carte signalé")


class ReportStatus(models.TextChoices):
    """Written by `addressless/reports.py`."""

    OPEN = "open", _("à traiter")
    WARNED = "warned", _("expéditeur averti")
    CLOSED = "closed", _("cadeau arrêté")
    BANNED = "banned", _("cadeau arrêté, expéditeur fermé")
    DISMISSED = "dismissed", _("sans suite")


STOPPED = (ReportStatus.CLOSED, ReportStatus.BANNED)
FELT = (ReportStatus.WARNED, *STOPPED)


class Report(models.Model):
    """Something a recipient wants a human to look at; the card text is kept as it was shown."""

    claim = models.ForeignKey(
        "addressless.Claim", on_delete=models.PROTECT, related_name="reports", verbose_name=_("cadeau")
    )
    reason = models.CharField(_("motif"), max_length=8, choices=ReportReason)
    text = models.CharField(_("ce que la personne écrit"), max_length=500, blank=True)
    card_text = models.CharField(_("message de la carte"), max_length=255, blank=True)
    status = models.CharField(_("état"), max_length=9, choices=ReportStatus, default=ReportStatus.OPEN)
    created_at = models.DateTimeField(_("signalé le"), default=clock.now)
    handled_at = models.DateTimeField(_("traité le"), null=True, blank=True)
    handled_by = models.ForeignKey(
        "auth.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("traité par")
    )
    felt_at = models.DateTimeField(_("l’expéditeur ne s’en aperçoit qu’à partir du"), null=True, blank=True)

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ("status", "created_at")
        constraints = [
            models.UniqueConstraint(fields=["claim", "reason"], name="report_once_per_reason"),
            models.CheckConstraint(
                name="report_handled_tied",
                condition=Q(status=ReportStatus.OPEN, handled_at=None)
                | (~Q(status=ReportStatus.OPEN) & Q(handled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="report_felt_tied",
                condition=Q(felt_at=None) ^ Q(status__in=FELT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.pk}"


class ReviewReason(models.TextChoices):
    """Why somebody must look first."""

    SENDER_LIMIT = "sender_limit", _("expéditeur\u00a0: plus de cinq nouvelles personnes en un jour")
    MANY_SENDERS = "many_senders", _("destinataire\u00a0: plus de cinq expéditeurs en sept jours")


class ReviewStatus(models.TextChoices):
    """Written by `addressless/reviews.py`."""

    OPEN = "open", _("à regarder")
    SENT = "sent", _("envoyé")
    REFUSED = "refused", _("annulé et remboursé")
    LAPSED = "lapsed", _("sans décision, remboursé")
    MOOT = "moot", _("sans objet")  # the gift ended meanwhile: canceled by its sender, expired, accepted


class Review(models.Model):
    """An invitation that waits for a decision of the staff, one per contact of a claim (its `generation`)."""

    claim = models.ForeignKey(
        "addressless.Claim", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("cadeau")
    )
    generation = models.PositiveSmallIntegerField(editable=False)
    reason = models.CharField(_("motif"), max_length=12, choices=ReviewReason)
    status = models.CharField(_("état"), max_length=8, choices=ReviewStatus, default=ReviewStatus.OPEN)
    created_at = models.DateTimeField(_("retenu le"), default=clock.now)
    due_at = models.DateTimeField(_("à décider avant"))
    handled_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    handled_by = models.ForeignKey(
        "auth.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("décidé par")
    )

    class Meta:
        verbose_name = _("cadeau à regarder")
        verbose_name_plural = _("cadeaux à regarder")
        ordering = ("status", "due_at")
        constraints = [
            models.UniqueConstraint(fields=["claim", "generation"], name="review_once_per_contact"),
            models.CheckConstraint(
                name="review_handled_tied",
                condition=Q(status=ReviewStatus.OPEN, handled_at=None, handled_by=None)
                | (~Q(status=ReviewStatus.OPEN) & Q(handled_at__isnull=False)),
            ),
            models.CheckConstraint(name="review_status_known", condition=Q(status__in=ReviewStatus.values)),
            models.CheckConstraint(name="review_reason_known", condition=Q(reason__in=ReviewReason.values)),
        ]
        indexes = [models.Index(F("due_at"), name="review_due", condition=Q(status=ReviewStatus.OPEN))]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.generation}"


class Announcement(models.Model):
    """One message that tells a contact of several gifts: the third of a day and later ones wait for each other."""

    created_at = models.DateTimeField(_("annoncés le"), default=clock.now)

    class Meta:
        verbose_name = _("annonce commune")
        verbose_name_plural = _("annonces communes")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def about(self) -> str:
        """Under which its message is found."""
        return f"gifts:{self.pk}"
