"""What keeps a gift from becoming a nuisance: invitations that staff look at before they leave."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock


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
