"""Money in and money back. The sum rule of invariant I1 is a trigger (migration `0002_money_rules`)."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from orders.models.orders import MINIMUM_CENTS, Order


class PaymentProblem(models.TextChoices):
    """Why staff must look at a payment."""

    MISMATCH = "mismatch", _("montant ou devise différents de la commande")
    DISPUTED = "disputed", _("paiement contesté auprès de la banque")
    DISPUTE_LOST = "dispute_lost", _("contestation perdue\u00a0: la banque a repris l’argent")


class DisputeState(models.TextChoices):
    """What the buyer's bank contests, all its disputes together."""

    OPEN = "open", _("en cours")
    WON = "won", _("gagnée")
    LOST = "lost", _("perdue")


# What may still go back, over `with_returned()`: nothing once the bank took the money back itself.
LEFT_CENTS = Case(When(dispute=DisputeState.LOST, then=0), default=F("captured_cents") - F("returned_cents"))
# Why a request of ours came to nothing although nothing went wrong: the sender had the money some other way.
IN_CONSOLE, TAKEN_BACK = "returned_in_console", "taken_back_by_bank"
CONTESTED = (DisputeState.OPEN, DisputeState.LOST)  # the bank holds the money: no refund leaves by itself


class RefundCause(models.TextChoices):
    """Why money goes back; at most one refund per payment and cause, but for what people decide (`REPEATED`)."""

    DECLINED = "declined", _("cadeau refusé")
    EXPIRED = "expired", _("cadeau resté sans réponse")
    UNREACHABLE = "unreachable", _("contact injoignable")
    SENDER_CANCELED = "sender_canceled", _("annulation par l’expéditeur")
    STAFF = "staff", _("décision du service client")
    UNDELIVERABLE = "undeliverable", _("livraison impossible")
    LATE_PAYMENT = "late_payment", _("paiement arrivé trop tard ou en double")
    CONSOLE = "console", _("remboursement fait chez Stripe")


REPEATED = (RefundCause.STAFF, RefundCause.CONSOLE)  # decided by people: a part now, the rest later


class RefundProblem(models.TextChoices):
    """Why staff must look at a refund."""

    DISPUTED = "disputed", _("paiement contesté : pas de remboursement automatique")
    FAILED = "failed", _("remboursement refusé par Stripe")
    BOUNCED = "bounced", _("remboursement revenu après avoir réussi")
    STUCK = "stuck", _("remboursement sans réponse")


class PaymentQuerySet(models.QuerySet["Payment"]):
    def with_returned(self) -> Self:
        """Adds `returned_cents`: the sum of refunds not failed."""
        alive = Q(refunds__status__in=["requested", "submitted", "succeeded"])
        return self.annotate(returned_cents=Coalesce(Sum("refunds__amount_cents", filter=alive), 0))

    def owed(self) -> Self:
        """Money held for no live order, with no refund under way and nobody looking: must always be empty."""
        stray = Q(pays_order=False) | Q(order__status__in=["canceled", "expired"])
        return (
            self.filter(stray, status="confirmed", problem="")
            .exclude(dispute__in=CONTESTED)
            .with_returned()
            .filter(returned_cents__lt=F("captured_cents"))
            .exclude(refunds__problem__gt="")
        )


class Payment(models.Model):
    """One Stripe Checkout Session for one order. `key` is the idempotency key, `params` what was sent with it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("en cours")
        CONFIRMED = "confirmed", _("confirmé")
        FAILED = "failed", _("échoué")
        EXPIRED = "expired", _("expiré")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("commande"))
    key = models.UUIDField(_("clé d’idempotence"), unique=True, default=uuid.uuid4, editable=False)
    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.PENDING)
    amount_cents = models.PositiveIntegerField(_("montant demandé"))
    currency = models.CharField(_("devise"), max_length=3, default="eur")
    params = models.JSONField(editable=False)
    session_id = models.CharField(_("session Stripe"), max_length=255, unique=True, null=True, editable=False)
    session_url = models.TextField(blank=True, editable=False)
    session_closed_at = models.DateTimeField(null=True, editable=False)
    intent_id = models.CharField(_("paiement Stripe"), max_length=255, unique=True, null=True, editable=False)
    captured_cents = models.PositiveIntegerField(_("encaissé"), default=0)
    pays_order = models.BooleanField(_("règle la commande"), default=False)
    dispute = models.CharField(_("contestation"), max_length=10, choices=DisputeState.choices, blank=True)
    problem = models.CharField(_("problème"), max_length=20, choices=PaymentProblem.choices, blank=True)
    problem_at = models.DateTimeField(_("problème depuis"), null=True, blank=True)
    created_at = models.DateTimeField(_("ouvert le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ouvert jusqu’au"))
    reviewed_since = models.DateTimeField(_("examiné par la banque depuis"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("paiement")
        verbose_name_plural = _("paiements")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(pays_order=True), name="orders_paid_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="pending"), name="orders_one_pending_payment_per_order"
            ),
            models.CheckConstraint(
                name="orders_payment_amount", condition=Q(amount_cents__gte=MINIMUM_CENTS, currency="eur")
            ),
            models.CheckConstraint(
                name="orders_payment_status_dates",
                condition=Q(status="pending", confirmed_at=None, ended_at=None, captured_cents=0)
                | Q(status="confirmed", confirmed_at__isnull=False, captured_cents__gt=0, intent_id__isnull=False)
                | Q(status__in=["failed", "expired"], confirmed_at=None, ended_at__isnull=False, captured_cents=0),
            ),
            models.CheckConstraint(
                name="orders_payment_pays_exactly",
                condition=Q(pays_order=False) | Q(status="confirmed", captured_cents=F("amount_cents")),
            ),
            models.CheckConstraint(
                name="orders_payment_disputed_once_confirmed", condition=Q(dispute="") | Q(status="confirmed")
            ),
            models.CheckConstraint(
                name="orders_payment_problem", condition=Q(problem="") ^ Q(problem_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="orders_payment_open", condition=Q(status="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_status_display()}"

    @property
    def is_confirmed(self) -> bool:
        return self.status == self.Status.CONFIRMED

    @property
    def is_contested(self) -> bool:
        return self.dispute in CONTESTED


class RefundQuerySet(models.QuerySet["Refund"]):
    def alive(self) -> Self:
        """Refunds that return money or may still do so."""
        return self.exclude(status=Refund.Status.FAILED)

    def told(self) -> Self:
        """Those the sender reads of: a request that gave way to a refund made by hand came to nothing."""
        return self.exclude(failure=IN_CONSOLE)

    def with_problem(self) -> Self:
        """What staff must look at."""
        return self.exclude(problem="")


class Refund(models.Model):
    """Money going back, written before Stripe is called. `key` (+ `generation`) is the idempotency key; the
    generation is raised only after a definitive failure."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("demandé")
        SUBMITTED = "submitted", _("transmis à Stripe")
        SUCCEEDED = "succeeded", _("envoyé à la banque")
        FAILED = "failed", _("échoué")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("paiement"))
    key = models.UUIDField(_("clé d’idempotence"), unique=True, default=uuid.uuid4, editable=False)
    generation = models.PositiveSmallIntegerField(_("nouvelles demandes"), default=0)
    cause = models.CharField(_("raison"), max_length=20, choices=RefundCause.choices)
    amount_cents = models.PositiveIntegerField(_("montant"))
    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    stripe_id = models.CharField(_("remboursement Stripe"), max_length=255, unique=True, null=True, editable=False)
    requested_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    first_tried_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(_("transmis le"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("envoyé à la banque le"), null=True, blank=True)
    failed_at = models.DateTimeField(_("échoué le"), null=True, blank=True)
    failure = models.CharField(_("motif de l’échec"), max_length=80, blank=True)
    problem = models.CharField(_("problème"), max_length=20, choices=RefundProblem.choices, blank=True)
    problem_at = models.DateTimeField(_("problème depuis"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("essais"), default=0)
    next_try_at = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("remboursement")
        verbose_name_plural = _("remboursements")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "cause"], condition=~Q(cause__in=REPEATED), name="orders_one_refund_per_cause"
            ),
            models.CheckConstraint(name="orders_refund_amount", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="orders_refund_status_dates",
                condition=Q(status="requested", submitted_at=None, succeeded_at=None)
                | Q(status="submitted", submitted_at__isnull=False, succeeded_at=None, stripe_id__isnull=False)
                | Q(status="succeeded", succeeded_at__isnull=False, stripe_id__isnull=False, failed_at=None)
                | Q(status="failed", failed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="orders_refund_console", condition=~Q(cause="console") | Q(stripe_id__isnull=False)
            ),
            models.CheckConstraint(name="orders_refund_problem", condition=Q(problem="") ^ Q(problem_at__isnull=False)),
            models.CheckConstraint(
                name="orders_refund_lease",
                condition=Q(lease_token=None, lease_until=None)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="orders_refund_due", condition=Q(status="requested")),
            models.Index(fields=["problem_at"], name="orders_refund_problems", condition=~Q(problem="")),
        ]

    def __str__(self) -> str:
        return f"{self.payment.order} · {self.get_cause_display()}"

    @property
    def idempotency_key(self) -> str:
        return str(self.key) if not self.generation else f"{self.key}-{self.generation}"
