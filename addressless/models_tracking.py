"""After acceptance: what the recipient asked for, on a contact of their own or with the follow-up code."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, links
from interflora.lib.contacts import Channel


class Tracking(models.Model):
    """One row per accepted gift: the recipient's own contact, their word of thanks, what they had erased."""

    claim = models.OneToOneField(
        "addressless.Claim", on_delete=models.PROTECT, related_name="tracking", verbose_name=_("cadeau")
    )
    channel = models.CharField(
        _("canal"), max_length=13, blank=True, choices=[(Channel.EMAIL, _("e-mail")), (Channel.SMS, _("SMS"))]
    )
    contact_sealed = models.BinaryField(null=True, editable=False)
    # The sender typed this very contact: nothing but « tapez votre code » is written there.
    is_known_to_sender = models.BooleanField(default=False)
    # The link sent to this contact: another contact gets another link, and the earlier one opens nothing.
    contacts_given = models.PositiveSmallIntegerField(default=0)
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    told = models.CharField(max_length=30, blank=True, editable=False)  # last state of the delivery told to the contact
    thanks_text = models.CharField(_("mot de remerciement"), max_length=255, blank=True)
    thanked_at = models.DateTimeField(_("remercié le"), null=True, blank=True)
    thanks_sent_at = models.DateTimeField(_("transmis le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("effacé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [
            models.CheckConstraint(
                name="tracking_contact_whole",
                condition=Q(channel="", contact_sealed=None, token_digest=None)
                | (~Q(channel="") & Q(contact_sealed__isnull=False)),
            ),
            models.CheckConstraint(
                name="tracking_thanks_dated",
                condition=Q(thanked_at=None, thanks_text="", thanks_sent_at=None) | Q(thanked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tracking_erased_keeps_nothing",
                condition=Q(erased_at=None) | Q(contact_sealed=None, channel="", thanks_text=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["thanked_at"],
                name="tracking_thanks",
                condition=Q(thanks_sent_at=None, thanked_at__isnull=False),
            ),
            models.Index(fields=["claim"], name="tracking_tells", condition=~Q(channel="")),
        ]

    def __str__(self) -> str:
        return str(self.claim)

    @property
    def about(self) -> str:
        """Under which the messages to the recipient's own contact are found."""
        return f"tracking:{self.claim.public_id}"

    def link(self) -> links.Link:
        """The tracking link of the contact that counts now."""
        return links.Link(links.Purpose.TRACKING, self.claim.public_id, "own", self.contacts_given)


class WorryKind(models.TextChoices):
    """What is wrong, in the recipient's words."""

    NOT_RECEIVED = "not_received", _("Je n’ai rien reçu")
    DAMAGED = "damaged", _("Les fleurs sont abîmées, ou ce ne sont pas les bonnes")
    UNWANTED = "unwanted", _("Je ne veux plus recevoir ces fleurs")
    AFRAID = "afraid", _("Je me sens en danger, ou harcelé·e")
    OTHER = "other", _("Autre chose")


class WorryStatus(models.TextChoices):
    """Written by `addressless/trackings.py`."""

    OPEN = "open", _("à traiter")
    HANDLED = "handled", _("traité")


class Worry(models.Model):
    """« Un souci ? »: what the recipient of an accepted gift wants somebody of the service to look at."""

    claim = models.ForeignKey(
        "addressless.Claim", on_delete=models.PROTECT, related_name="worries", verbose_name=_("cadeau")
    )
    kind = models.CharField(_("souci"), max_length=12, choices=WorryKind)
    text = models.CharField(_("ce que la personne écrit"), max_length=500, blank=True)
    status = models.CharField(_("état"), max_length=7, choices=WorryStatus, default=WorryStatus.OPEN)
    created_at = models.DateTimeField(_("signalé le"), default=clock.now)
    handled_at = models.DateTimeField(_("traité le"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("traité par"),
    )

    class Meta:
        verbose_name = _("souci d’un destinataire")
        verbose_name_plural = _("soucis des destinataires")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(name="worry_kind_known", condition=Q(kind__in=WorryKind.values)),
            models.CheckConstraint(
                name="worry_handled_by_somebody",
                condition=Q(status=WorryStatus.OPEN, handled_at=None, handled_by=None)
                | Q(status=WorryStatus.HANDLED, handled_at__isnull=False, handled_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="worry_open", condition=Q(status=WorryStatus.OPEN))]

    def __str__(self) -> str:
        return str(self.get_kind_display())
