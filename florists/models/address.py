"""What the vault keeps: public keys, sealed blobs, and who read what. See `florists.addresses`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from florists.models.delivery import Delivery
from florists.models.florist import Florist


class AddressKey(models.Model):
    """A weekly epoch's public key. The private one is a file that only back-office processes can read."""

    epoch = models.CharField(_("semaine"), max_length=12, unique=True)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.epoch


class SealedAddress(models.Model):
    """The only resting place of an address: ciphertext of one constant size."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="sealed_address", primary_key=True)
    key = models.ForeignKey(AddressKey, on_delete=models.PROTECT, related_name="+")
    blob = models.BinaryField()
    sealed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.pk)


class AddressRead(models.Model):
    """Audit of every opening of the vault, committed before anything is shown. Ids only, never what was read.

    The database refuses to change or delete a row; only a review may be added, by somebody else.
    """

    class Purpose(models.TextChoices):
        OFFER = "offer", _("commune de la proposition")
        JOB = "job", _("fiche de livraison")
        STAFF = "staff", _("lecture par le service")

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="address_reads", verbose_name=_("livraison")
    )
    florist = models.ForeignKey(
        Florist, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("fleuriste")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("par")
    )
    purpose = models.CharField(_("objet"), max_length=10, choices=Purpose.choices)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    read_at = models.DateTimeField(_("quand"), auto_now_add=True)
    reviewed_at = models.DateTimeField(_("vérifiée"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("vérifiée par"),
    )

    class Meta:
        verbose_name = _("lecture d’adresse")
        verbose_name_plural = _("lectures d’adresse")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["user", "read_at"], name="address_read_unseen", condition=Q(purpose="staff", reviewed_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(reviewed_by=F("user"))),
                name="address_read_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=(
                    (Q(purpose="staff") & Q(user__isnull=False, florist=None) & ~Q(reason=""))
                    | (Q(purpose__in=["offer", "job"]) & Q(user=None, florist__isnull=False, reason=""))
                ),
                name="address_read_by_someone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())
