"""The purchase: an order, its frozen lines, and who owns its next step."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from catalog.models import AddOn, Occasion, ProductVariant
from florists.models import Delivery
from interflora.lib import clock, codes, links
from interflora.lib.languages import Shown
from orders.models.carts import Cart

MINIMUM_CENTS = 100  # a voucher never brings a total under 1 €


class Owner(models.TextChoices):
    """Who must do the next step of an order."""

    SYSTEM = "system", _("la boutique")
    SENDER = "sender", _("l’expéditeur")
    RECIPIENT = "recipient", _("le destinataire")
    FLORIST = "florist", _("le fleuriste")
    STAFF = "staff", _("le service client")


class Step(models.TextChoices):
    """What happens next to a paid order."""

    INVITE = "invite", _("envoyer l’invitation")
    ANSWER = "answer", _("répondre à l’invitation")
    CORRECT_CONTACT = "correct_contact", _("corriger le contact")
    SETTLE = "settle", _("conclure la réponse")
    DELIVER = "deliver", _("livrer")
    TELL_DELIVERED = "tell_delivered", _("annoncer la livraison")
    TREAT = "treat", _("traiter le problème")


class OrderProblem(models.TextChoices):
    """Why staff must look at an order (board « À traiter »)."""

    LATE = "late", _("livraison non confirmée à la fin de la demi-journée promise")
    NO_FLORIST = "no_florist", _("aucun fleuriste n’a accepté")
    DELIVERY_FAILED = "delivery_failed", _("livraison échouée")
    STUCK = "stuck", _("étape dépassée sans suite")
    DISPUTED = "disputed", _("paiement contesté\u00a0: livraison retenue")
    REFUNDED = "refunded", _("remboursée en totalité chez Stripe, livraison encore prévue")
    UNCLAIMED = "unclaimed", _("cadeau clos, argent revenu\u00a0: plus personne ne peut l’accepter")


# Staff deliver all the same, or cancel; of a gift nobody can accept any more, they can only cancel.
DECISIONS = (OrderProblem.DISPUTED, OrderProblem.REFUNDED, OrderProblem.UNCLAIMED)


class OrderQuerySet(models.QuerySet["Order"]):
    def with_returned(self) -> Self:
        """Adds `returned_cents`: refunds not failed of the payment that pays the order."""
        alive = Q(payments__pays_order=True, payments__refunds__status__in=["requested", "submitted", "succeeded"])
        return self.annotate(returned_cents=Coalesce(Sum("payments__refunds__amount_cents", filter=alive), 0))

    def awaiting_delivery(self) -> Self:
        """Paid, not delivered, not fully refunded."""
        return self.filter(status=Order.Status.PAID).with_returned().filter(returned_cents__lt=F("total_cents"))

    def going_dark(self) -> Self:
        """Invariant I5: must always be empty. A paid order whose next step is nobody's or was due already."""
        promised = Q(returned_cents__lt=F("total_cents")) | Q(problem=OrderProblem.REFUNDED)
        return (
            self.filter(status=Order.Status.PAID)
            .with_returned()
            .filter(promised | Q(deliver_anyway_at__isnull=False))
            .filter(Q(next_step_owner="") | Q(next_step_due_at=None) | Q(next_step_due_at__lte=clock.now()))
        )

    def returned_but_promised(self) -> Self:
        """Fully refunded in Stripe's console, and nobody decided since to deliver all the same."""
        console = Q(
            payments__pays_order=True,
            payments__refunds__cause="console",
            payments__refunds__status__in=["submitted", "succeeded"],
        )
        undecided = Q(deliver_anyway_at=None) | Q(deliver_anyway_at__lt=F("console_at"))
        return (
            self.filter(status=Order.Status.PAID)
            .with_returned()
            .annotate(console_at=Max("payments__refunds__requested_at", filter=console))
            .filter(undecided, returned_cents__gte=F("total_cents"), console_at__isnull=False)
        )

    def with_problem(self) -> Self:
        """What staff must look at."""
        return self.exclude(problem="")


class Order(models.Model):
    """A purchase. Money with tax, euro cents. Its `Delivery` never points back."""

    class Status(models.TextChoices):
        PENDING = "pending", _("en attente de paiement")
        PAID = "paid", _("payée")
        DELIVERED = "delivered", _("livrée")
        EXPIRED = "expired", _("expirée sans paiement")
        CANCELED = "canceled", _("annulée")

    public_id = models.CharField(_("numéro"), max_length=12, unique=True, default=codes.random_code)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.PENDING)
    cart = models.ForeignKey(
        Cart, on_delete=models.SET_NULL, null=True, related_name="orders", verbose_name=_("panier")
    )
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+", verbose_name=_("livraison"))
    is_gift = models.BooleanField(_("adresse inconnue"))
    occasion = models.ForeignKey(
        Occasion, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("occasion")
    )
    sender_first_name = models.CharField(_("prénom"), max_length=20, blank=True)
    sender_name = models.CharField(_("nom"), max_length=80, blank=True)
    sender_email = models.EmailField(_("e-mail"), blank=True)
    sender_phone = models.CharField(_("téléphone"), max_length=16, blank=True)
    recipient_sealed = models.BinaryField(null=True, editable=False)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    total_cents = models.PositiveIntegerField(_("total TTC"))
    marketing_phone = models.CharField(_("mobile pour nos offres"), max_length=16, blank=True)
    marketing_ip = models.GenericIPAddressField(_("adresse IP de l’accord"), null=True, blank=True)
    facts_recorded_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("à payer avant le"))
    paid_at = models.DateTimeField(_("payée le"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("livrée le"), null=True, blank=True)
    canceled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    expired_at = models.DateTimeField(_("expirée le"), null=True, blank=True)
    next_step = models.CharField(_("suite"), max_length=20, choices=Step.choices, blank=True)
    next_step_owner = models.CharField(_("par"), max_length=10, choices=Owner.choices, blank=True)
    next_step_due_at = models.DateTimeField(_("avant le"), null=True, blank=True)
    problem = models.CharField(_("problème"), max_length=20, choices=OrderProblem.choices, blank=True)
    problem_at = models.DateTimeField(_("problème depuis"), null=True, blank=True)
    erased_at = models.DateTimeField(_("expéditeur effacé le"), null=True, blank=True)
    deliver_anyway_at = models.DateTimeField(_("livrer quand même, décidé le"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("commande")
        verbose_name_plural = _("commandes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart"], condition=Q(status="pending"), name="orders_one_pending_per_cart"),
            models.CheckConstraint(name="orders_order_total", condition=Q(total_cents__gte=MINIMUM_CENTS)),
            models.CheckConstraint(name="orders_order_problem", condition=Q(problem="") ^ Q(problem_at__isnull=False)),
            models.CheckConstraint(
                name="orders_order_status_dates",
                condition=Q(status="pending", paid_at=None, delivered_at=None, canceled_at=None, expired_at=None)
                | Q(status="paid", paid_at__isnull=False, delivered_at=None, canceled_at=None, expired_at=None)
                | Q(
                    status="delivered",
                    paid_at__isnull=False,
                    delivered_at__isnull=False,
                    canceled_at=None,
                    expired_at=None,
                )
                | Q(status="canceled", canceled_at__isnull=False, delivered_at=None, expired_at=None)
                | Q(status="expired", expired_at__isnull=False, paid_at=None, delivered_at=None, canceled_at=None),
            ),
            models.CheckConstraint(
                name="orders_paid_has_next_step",
                condition=~Q(status="paid")
                | (Q(next_step_due_at__isnull=False) & ~Q(next_step="") & ~Q(next_step_owner="")),
            ),
            models.CheckConstraint(
                name="orders_paid_has_sender",
                condition=Q(paid_at=None)
                | Q(erased_at__isnull=False)
                | (~Q(sender_email="") & ~Q(sender_first_name="")),
            ),
            models.CheckConstraint(
                name="orders_erased_keeps_no_sender",
                condition=Q(erased_at=None)
                | Q(
                    sender_first_name="",
                    sender_name="",
                    sender_email="",
                    sender_phone="",
                    marketing_phone="",
                    marketing_ip=None,
                    recipient_sealed=None,
                    status__in=["delivered", "canceled", "expired"],
                ),
            ),
            models.CheckConstraint(
                name="orders_gift_keeps_no_recipient", condition=Q(is_gift=False) | Q(recipient_sealed=None)
            ),
        ]
        indexes = [
            models.Index(fields=["next_step_due_at"], name="orders_due", condition=Q(status="paid")),
            models.Index(fields=["expires_at"], name="orders_unpaid", condition=Q(status="pending")),
            models.Index(fields=["problem_at"], name="orders_problems", condition=~Q(problem="")),
            models.Index(Upper("sender_email"), name="orders_sender_any_case"),
        ]

    def __str__(self) -> str:
        return codes.grouped(self.public_id)

    def link(self) -> links.Link:
        """The sender's secret link."""
        return links.Link(links.Purpose.ORDER, self.public_id)

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_paid(self) -> bool:
        """Paid and still to be delivered."""
        return self.status == self.Status.PAID

    @property
    def awaits_decision(self) -> bool:
        """Stopped between money and flowers: staff deliver all the same, or cancel."""
        return self.is_paid and self.problem in DECISIONS

    @property
    def sender_full_name(self) -> str:
        return f"{self.sender_first_name} {self.sender_name}".strip()


class LineKind(models.TextChoices):
    PRODUCT = "product", _("fleurs")
    ADD_ON = "add_on", _("accessoire")
    DELIVERY = "delivery", _("livraison")


class OrderLine(models.Model):
    """One frozen price, with tax; VAT out of it rounded half up per line. What was sold is named in both languages, as
    the catalogue named it that day."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", verbose_name=_("commande"))
    kind = models.CharField(_("nature"), max_length=10, choices=LineKind.choices)
    label = models.CharField(_("libellé"), max_length=160)
    label_en = models.CharField(_("libellé en anglais"), max_length=160, blank=True)
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("taille")
    )
    add_on = models.ForeignKey(
        AddOn, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("accessoire")
    )
    quantity = models.PositiveSmallIntegerField(_("quantité"), default=1)
    unit_cents = models.PositiveIntegerField(_("prix unitaire"))
    discount_cents = models.PositiveIntegerField(_("remise"), default=0)
    total_cents = models.PositiveBigIntegerField(_("total"))
    vat_bp = models.PositiveIntegerField(_("TVA (points de base)"))
    vat_cents = models.PositiveBigIntegerField(_("dont TVA"))

    shown_label = Shown[str]("label")

    class Meta:
        verbose_name = _("ligne de commande")
        verbose_name_plural = _("lignes de commande")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="delivery"), name="orders_one_delivery_line_per_order"
            ),
            models.CheckConstraint(name="orders_line_quantity", condition=Q(quantity__gte=1, quantity__lte=99)),
            models.CheckConstraint(
                name="orders_line_total",
                condition=Q(total_cents=F("unit_cents") * F("quantity") - F("discount_cents")),
            ),
            models.CheckConstraint(name="orders_line_vat_rate", condition=Q(vat_bp__in=(0, 210, 550, 1000, 2000))),
            models.CheckConstraint(
                name="orders_line_vat",
                condition=Q(
                    vat_cents=(F("total_cents") * F("vat_bp") * 2 + F("vat_bp") + 10_000) / ((F("vat_bp") + 10_000) * 2)
                ),
            ),
            models.CheckConstraint(
                name="orders_line_kind",
                condition=Q(kind="product", variant__isnull=False, add_on=None)
                | Q(kind="add_on", variant=None, add_on__isnull=False)
                | Q(kind="delivery", variant=None, add_on=None, quantity=1),
            ),
        ]

    def __str__(self) -> str:
        return self.label
