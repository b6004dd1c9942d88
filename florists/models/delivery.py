"""The work order, the offers made of it, and its history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from florists import states
from florists.models.florist import Florist
from florists.states import DeliveryStatus, OfferStatus
from interflora.lib import codes
from interflora.lib.clock import HalfDay

_NO_STEP = Q(next_step="", next_step_owner="", next_step_due_at=None)
_A_STEP = ~Q(next_step="") & ~Q(next_step_owner="") & Q(next_step_due_at__isnull=False)


def _only_in(statuses: tuple[DeliveryStatus, ...], column: str) -> Q:
    """The column is filled exactly in these states."""
    filled = Q(**{f"{column}__isnull": False})
    return (Q(status__in=statuses) & filled) | (~Q(status__in=statuses) & ~filled)


class Delivery(models.Model):
    """A self-contained work order: what to make, for when, which card. The address is sealed elsewhere."""

    Status = DeliveryStatus
    Step = states.Step
    Owner = states.Owner
    Problem = states.Problem

    public_id = models.CharField(_("référence"), max_length=12, unique=True, default=codes.random_code, editable=False)
    status = models.CharField(_("état"), max_length=20, choices=DeliveryStatus.choices, default=DeliveryStatus.DRAFT)
    is_gift = models.BooleanField(_("adresse inconnue de l’expéditeur"), default=False)
    items = models.JSONField(_("à préparer"), default=list)
    # The recipient of a gift preferred other flowers; the sender reads it once they are delivered.
    is_swapped = models.BooleanField(_("bouquet préféré par le destinataire"), default=False, db_default=False)
    card_text = models.CharField(_("carte"), max_length=255, blank=True)
    day = models.DateField(_("jour"), null=True)
    half_day = models.CharField(_("demi-journée"), max_length=10, choices=HalfDay.choices, blank=True)
    neighbor_allowed = models.BooleanField(_("peut être remise à un voisin"), default=False)
    florist = models.ForeignKey(
        Florist, on_delete=models.PROTECT, null=True, related_name="deliveries", verbose_name=_("fleuriste")
    )
    florist_pay_cents = models.PositiveIntegerField(_("rémunération en centimes"), default=0)
    # Rungs from this rank on were ranked for the address now sealed; earlier ones belong to an earlier place.
    ladder_from = models.PositiveSmallIntegerField(default=1, editable=False)
    problem = models.CharField(_("difficulté"), max_length=15, choices=states.Problem.choices, blank=True)
    next_step = models.CharField(_("prochaine étape"), max_length=15, choices=states.Step.choices, blank=True)
    next_step_owner = models.CharField(_("à faire par"), max_length=10, choices=states.Owner.choices, blank=True)
    next_step_due_at = models.DateTimeField(_("avant"), null=True)
    created_at = models.DateTimeField(_("créée"), auto_now_add=True)
    released_at = models.DateTimeField(_("à livrer depuis"), null=True)
    held_at = models.DateTimeField(_("retenue depuis"), null=True)  # no florist is asked until staff have decided
    accepted_at = models.DateTimeField(_("acceptée"), null=True)
    preparing_at = models.DateTimeField(_("préparation commencée"), null=True)
    departed_at = models.DateTimeField(_("partie"), null=True)
    delivered_at = models.DateTimeField(_("livrée"), null=True)
    failed_at = models.DateTimeField(_("échec"), null=True)
    canceled_at = models.DateTimeField(_("annulée"), null=True)

    class Meta:
        verbose_name = _("livraison")
        verbose_name_plural = _("livraisons")
        ordering = ["-pk"]
        permissions = [("read_address", _("Peut lire l’adresse d’une livraison, avec un motif"))]
        indexes = [
            models.Index(fields=["next_step_due_at"], name="delivery_due", condition=~Q(next_step="")),
            models.Index(fields=["day", "florist"], name="delivery_load"),
        ]
        constraints = [
            CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="delivery_status_known"),
            CheckConstraint(
                condition=(Q(status__in=states.UNASSIGNED) & Q(florist=None, accepted_at=None))
                | (Q(status__in=states.ASSIGNED) & Q(florist__isnull=False, accepted_at__isnull=False))
                | Q(status=DeliveryStatus.CANCELED),
                name="delivery_florist_when_accepted",
            ),
            CheckConstraint(
                condition=Q(status__in=["draft", "awaiting_address", "canceled"])
                | (Q(day__isnull=False) & Q(half_day__in=HalfDay.values) & Q(released_at__isnull=False)),
                name="delivery_dated_when_released",
            ),
            CheckConstraint(
                condition=Q(is_swapped=False) | Q(is_gift=True, released_at__isnull=False),
                name="delivery_swapped_by_who_answered",
            ),
            CheckConstraint(condition=_only_in(states.DEPARTED, "departed_at"), name="delivery_departed_at"),
            CheckConstraint(
                condition=_only_in((DeliveryStatus.DELIVERED,), "delivered_at"), name="delivery_delivered_at"
            ),
            CheckConstraint(condition=_only_in((DeliveryStatus.FAILED,), "failed_at"), name="delivery_failed_at"),
            CheckConstraint(condition=_only_in((DeliveryStatus.CANCELED,), "canceled_at"), name="delivery_canceled_at"),
            CheckConstraint(
                condition=Q(held_at=None) | Q(status__in=states.MAY_BE_HELD), name="delivery_held_before_any_florist"
            ),
            CheckConstraint(condition=_NO_STEP | _A_STEP, name="delivery_step_whole"),
            CheckConstraint(condition=~Q(status__in=states.UNDERWAY) | _A_STEP, name="delivery_step_while_underway"),
            CheckConstraint(
                condition=Q(status__in=states.UNDERWAY) | Q(status=DeliveryStatus.FAILED) | _NO_STEP,
                name="delivery_no_step_at_rest",
            ),
        ]

    def __str__(self) -> str:
        return codes.grouped(self.public_id)

    @property
    def may_change(self) -> bool:
        """Whether address, date, half-day and card may still change: until the florist starts preparing."""
        return self.status in states.CHANGEABLE

    @property
    def is_with_florist(self) -> bool:
        """Accepted and not finished."""
        return self.status in states.WITH_FLORIST

    @property
    def has_departed(self) -> bool:
        return self.status in states.DEPARTED


class DeliveryOffer(models.Model):
    """One rung of the ladder: a florist who may be, is or was asked."""

    Status = OfferStatus

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="offers", verbose_name=_("livraison"))
    florist = models.ForeignKey(Florist, on_delete=models.PROTECT, related_name="offers", verbose_name=_("fleuriste"))
    rank = models.PositiveSmallIntegerField(_("rang"))
    status = models.CharField(_("état"), max_length=10, choices=OfferStatus.choices, default=OfferStatus.PLANNED)
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    opened_at = models.DateTimeField(_("envoyée"), null=True)
    deadline_at = models.DateTimeField(_("réponse avant"), null=True)
    answered_at = models.DateTimeField(_("close"), null=True)
    refusal = models.CharField(_("motif"), max_length=10, choices=states.Refusal.choices, blank=True)

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["delivery", "rank"]
        indexes = [models.Index(fields=["deadline_at"], name="offer_deadline", condition=Q(status=OfferStatus.OPEN))]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "rank"], name="offer_rank_once"),
            models.UniqueConstraint(
                fields=["delivery"], condition=Q(status=OfferStatus.OPEN), name="offer_one_open_per_delivery"
            ),
            models.UniqueConstraint(
                fields=["delivery"], condition=Q(status=OfferStatus.ACCEPTED), name="offer_one_accepted_per_delivery"
            ),
            CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_known"),
            CheckConstraint(
                condition=Q(status=OfferStatus.PLANNED, opened_at=None, deadline_at=None, token_digest=None)
                | (
                    ~Q(status=OfferStatus.PLANNED)
                    & Q(opened_at__isnull=False, deadline_at__isnull=False, token_digest__isnull=False)
                ),
                name="offer_sent_unless_planned",
            ),
            CheckConstraint(
                condition=Q(status__in=[OfferStatus.PLANNED, OfferStatus.OPEN], answered_at=None)
                | (~Q(status__in=[OfferStatus.PLANNED, OfferStatus.OPEN]) & Q(answered_at__isnull=False)),
                name="offer_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.rank}"


class DeliveryEvent(models.Model):
    """History, append-only, written in the transaction of the change; never an address, a town or a token."""

    Kind = states.EventKind

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("événement"), max_length=20, choices=states.EventKind.choices)
    florist = models.ForeignKey(
        Florist, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("fleuriste")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("par")
    )
    data = models.JSONField(_("détail"), default=dict)
    created_at = models.DateTimeField(_("quand"), auto_now_add=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("historique")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())
