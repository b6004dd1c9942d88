"""What happened: to an order, in plain codes; and at Stripe, by event id."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class EventKind(models.TextChoices):
    """Short codes; the sentences are in `templates/orders/_event.html`. `addressless` records the gift's own."""

    PLACED = "placed", _("commande préparée")
    PAID = "paid", _("paiement reçu")
    PAYMENT_DECLINED = "payment_declined", _("paiement refusé par la banque")
    PAYMENT_LATE = "payment_late", _("paiement reçu trop tard, remboursé")
    PAYMENT_MISMATCH = "payment_mismatch", _("paiement différent de la commande")
    PAYMENT_DISPUTED = "payment_disputed", _("paiement contesté")
    DISPUTE_CLOSED = "dispute_closed", _("contestation close")
    HELD = "held", _("livraison retenue")
    RESUMED = "resumed", _("livraison reprise")
    DELIVER_ANYWAY = "deliver_anyway", _("livrer quand même, décidé par le service client")
    EXPIRED = "expired", _("commande expirée sans paiement")
    CANCELED = "canceled", _("commande annulée")
    CHANGED = "changed", _("commande modifiée par l’expéditeur")
    DELIVERED = "delivered", _("livrée")
    DELIVERY_FAILED = "delivery_failed", _("livraison échouée")
    NO_FLORIST = "no_florist", _("aucun fleuriste disponible")
    OVERDUE = "overdue", _("étape dépassée")
    SOLVED = "solved", _("problème réglé par le service client")
    REFUND_REQUESTED = "refund_requested", _("remboursement demandé")
    REFUND_SUBMITTED = "refund_submitted", _("remboursement transmis")
    REFUND_SUCCEEDED = "refund_succeeded", _("remboursement envoyé à la banque")
    REFUND_FAILED = "refund_failed", _("remboursement échoué")
    GIFT_SENT = "gift_sent", _("invitation envoyée")
    GIFT_CONTACT_FAILED = "gift_contact_failed", _("contact injoignable")
    GIFT_CONTACT_CHANGED = "gift_contact_changed", _("contact corrigé")
    GIFT_LINK_TAKEN = "gift_link_taken", _("lien personnel remis")
    GIFT_ACCEPTED = "gift_accepted", _("cadeau accepté")
    ERASED = "erased", _("données de l’expéditeur effacées")
    GIFT_NOT_TAKEN = "gift_not_taken", _("cadeau non retiré")
    GIFT_IN_REVIEW = "gift_in_review", _("invitation retenue, à regarder par le service client")
    GIFT_CLEARED = "gift_cleared", _("invitation autorisée par le service client")
    GIFT_TURNED_AWAY = "gift_turned_away", _("invitation refusée par le service client, ou restée sans décision")


class OrderEvent(models.Model):
    """One fact of an order's history, written in the transaction of the change; no address, no token."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events", verbose_name=_("commande"))
    kind = models.CharField(_("fait"), max_length=30)
    data = models.JSONField(_("détails"), default=dict)
    actor = models.CharField(_("par"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("fait")
        verbose_name_plural = _("historique")
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "created_at"], name="orders_event_order")]

    def __str__(self) -> str:
        return self.kind


class StripeEvent(models.Model):
    """A webhook received once. Only its type and object id are kept: the object is read again at Stripe."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("reçu")
        HANDLED = "handled", _("traité")
        IGNORED = "ignored", _("sans objet")

    event_id = models.CharField(_("événement"), max_length=255, unique=True)
    kind = models.CharField(_("type"), max_length=80)
    object_id = models.CharField(_("objet"), max_length=255)
    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    attempts = models.PositiveIntegerField(_("essais"), default=0)
    received_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    handled_at = models.DateTimeField(_("traité le"), null=True, blank=True)

    class Meta:
        verbose_name = _("événement Stripe")
        verbose_name_plural = _("événements Stripe")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="orders_stripe_event_handled",
                condition=Q(status="received", handled_at=None)
                | Q(status__in=["handled", "ignored"], handled_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="orders_stripe_event_due", condition=Q(status="received"))]

    def __str__(self) -> str:
        return self.event_id
