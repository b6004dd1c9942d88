"""« À traiter »: everything stuck, with its age, its owner and the action to take. Empty is the normal state.

Each source reads what the domain already says about itself (a problem, an owner « staff », a step past due); the board
decides nothing. A person sees only the rows of models they may view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from addressless.models import Claim, Report, ReportStatus, Review, ReviewStatus, Worry, WorryStatus
from florists import address_keys, erasure, reads
from florists.models import Delivery
from interflora.lib import clock, codes
from notifications.models import Message, MessageStatus
from orders import decisions
from orders.models import Order, Payment, Refund

MOST_ROWS = 200
UNKNOWN_AFTER = timedelta(minutes=15)
FAILED_SINCE = timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """One thing somebody must do."""

    kind: str
    subject: str
    what: str
    owner: str
    since: datetime
    action: str
    url: str  # "" when no page of the admin shows it


def _change_url(row: Model) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def _order_action(order: Order) -> str:
    if not order.awaits_decision:
        return _("ouvrir la commande, livrer à nouveau ou rembourser")
    return _("livrer quand même, ou annuler") if decisions.may_deliver(order) else _("annuler et rembourser")


def _orders() -> Iterator[Row]:
    staff = _("service client")
    for order in Order.objects.with_problem().order_by("problem_at")[:MOST_ROWS]:
        yield Row(
            _("Commande"),
            str(order),
            order.get_problem_display(),
            staff,
            order.problem_at or order.created_at,
            _order_action(order),
            reverse("admin:orders_order_decide", args=[order.pk]) if order.awaits_decision else _change_url(order),
        )
    for order in Order.objects.going_dark().filter(problem="").order_by("next_step_due_at")[:MOST_ROWS]:
        yield Row(
            _("Commande"),
            str(order),
            _("étape dépassée : %(step)s") % {"step": order.get_next_step_display()},
            order.get_next_step_owner_display() or staff,
            order.next_step_due_at or order.created_at,
            _("relancer la suite ou rembourser"),
            _change_url(order),
        )


def _payments() -> Iterator[Row]:
    for payment in Payment.objects.exclude(problem="").select_related("order").order_by("problem_at")[:MOST_ROWS]:
        yield Row(
            _("Paiement"),
            str(payment.order),
            payment.get_problem_display(),
            _("comptabilité"),
            payment.problem_at or payment.created_at,
            _("vérifier chez Stripe, puis décider"),
            _change_url(payment),
        )
    for payment in Payment.objects.owed().select_related("order").order_by("confirmed_at")[:MOST_ROWS]:
        yield Row(
            _("Paiement"),
            str(payment.order),
            _("argent gardé sans commande à livrer"),
            _("comptabilité"),
            payment.confirmed_at or payment.created_at,
            _("rembourser"),
            _change_url(payment),
        )


def _refunds() -> Iterator[Row]:
    refunds = Refund.objects.with_problem().select_related("payment__order").order_by("problem_at")
    for refund in refunds[:MOST_ROWS]:
        yield Row(
            _("Remboursement"),
            str(refund.payment.order),
            refund.get_problem_display(),
            _("comptabilité"),
            refund.problem_at or refund.requested_at,
            _("relancer le remboursement ou virer à la main"),
            _change_url(refund),
        )


def _deliveries() -> Iterator[Row]:
    stuck = Delivery.objects.filter(next_step_owner=Delivery.Owner.STAFF).order_by("next_step_due_at")
    stuck = stuck.exclude(next_step=Delivery.Step.HELD)  # its order waits for the decision
    for delivery in stuck[:MOST_ROWS]:
        yield Row(
            _("Livraison"),
            str(delivery),
            delivery.get_next_step_display(),
            _("réseau"),
            delivery.next_step_due_at or delivery.created_at,
            _("trouver un fleuriste, changer la date ou annuler"),
            _change_url(delivery),
        )


def _vault() -> Iterator[Row]:
    problem, since = address_keys.problem()
    sentences = {
        "none": _("aucune clé\u00a0: aucune adresse ne peut être gardée, les commandes s’arrêtent à l’adresse"),
        "lost": _("clé privée introuvable\u00a0: les adresses reçues maintenant ne pourront pas être lues"),
        "gone": _("clé privée introuvable\u00a0: des adresses déjà reçues ne peuvent plus être lues"),
        "late": _("clé de la semaine en retard\u00a0: la précédente sert encore"),
    }
    if problem:
        yield Row(
            _("Adresses"),
            _("coffre"),
            sentences[problem],
            _("administration"),
            since or clock.now(),
            _("restaurer la clé, ou redemander l’adresse")
            if problem == "gone"
            else _("lancer rotate_address_keys au back-office"),
            "",
        )


def _erasures() -> Iterator[Row]:
    if number := erasure.overdue():
        yield Row(
            _("Adresses"),
            _("coffre"),
            ngettext("%(n)d adresse aurait dû être effacée", "%(n)d adresses auraient dû être effacées", number)
            % {"n": number},
            _("administration"),
            clock.now() - erasure.LATE,
            _("voir pourquoi les workers n’effacent plus, ou lancer erase_old_addresses"),
            "",
        )


def _address_reads() -> Iterator[Row]:
    for busy in reads.busy_days():
        query = {"q": busy.username, "read_at__year": busy.day.year, "read_at__month": busy.day.month}
        yield Row(
            _("Adresses"),
            busy.username,
            _("%(number)d adresses lues en un jour") % {"number": busy.number},
            _("administration"),
            busy.last_at,
            _("demander pourquoi, retirer le droit si besoin, puis marquer la journée vérifiée"),
            f"{reverse('admin:florists_addressread_changelist')}?{urlencode(query | {'read_at__day': busy.day.day})}",
        )


def _claims() -> Iterator[Row]:
    failed = Claim.objects.filter(contact_failed_at__isnull=False, ended_at=None).order_by("contact_failed_at")
    for claim in failed[:MOST_ROWS]:
        yield Row(
            _("Cadeau"),
            codes.grouped(claim.public_id),
            _("le contact donné ne répond pas"),
            _("expéditeur"),
            claim.contact_failed_at or claim.created_at,
            _("rien à faire avant 72 heures : remboursement automatique"),
            _change_url(claim),
        )


def _reviews() -> Iterator[Row]:
    waiting = Review.objects.filter(status=ReviewStatus.OPEN).select_related("claim").order_by("created_at")
    for review in waiting[:MOST_ROWS]:
        yield Row(
            _("Cadeau"),
            codes.grouped(review.claim.public_id),
            review.get_reason_display(),
            _("service client"),
            review.created_at,
            _("regarder, puis envoyer, ou annuler et rembourser"),
            _change_url(review),
        )


def _reports() -> Iterator[Row]:
    for report in Report.objects.filter(status=ReportStatus.OPEN).order_by("created_at")[:MOST_ROWS]:
        yield Row(
            _("Signalement"),
            codes.grouped(report.claim.public_id),
            report.get_reason_display(),
            _("service client"),
            report.created_at,
            _("lire, puis avertir, clore ou rembourser"),
            _change_url(report),
        )


def _worries() -> Iterator[Row]:
    worries = Worry.objects.filter(status=WorryStatus.OPEN).select_related("claim").order_by("created_at")
    for worry in worries[:MOST_ROWS]:
        yield Row(
            _("Souci"),
            codes.grouped(worry.claim.public_id),
            worry.get_kind_display(),
            _("service client"),
            worry.created_at,
            _("lire, appeler le fleuriste ou rembourser, puis marquer comme traité"),
            _change_url(worry),
        )


def _messages() -> Iterator[Row]:
    now = clock.now()
    unknown = Message.objects.filter(status=MessageStatus.UNKNOWN, handed_at__lt=now - UNKNOWN_AFTER)
    failed = Message.objects.filter(status=MessageStatus.FAILED, settled_at__gt=now - FAILED_SINCE)
    for message in unknown.order_by("handed_at")[:MOST_ROWS]:
        yield _message_row(message, _("issue inconnue chez le prestataire"))
    # A gift contact that fails is the sender's to correct, and has its own row.
    of_gifts = Q(about__startswith="claim:") | Q(about__startswith="gifts:")
    for message in failed.exclude(of_gifts).order_by("settled_at")[:MOST_ROWS]:
        yield _message_row(message, _("message refusé"))


def _message_row(message: Message, what: str) -> Row:
    return Row(
        _("Message"),
        message.template,
        what,
        _("service client"),
        message.handed_at or message.created_at,
        _("lire l’erreur, renvoyer ou appeler"),
        _change_url(message),
    )


SOURCES: list[tuple[str, Callable[[], Iterator[Row]]]] = [
    ("orders.view_order", _orders),
    ("orders.view_payment", _payments),
    ("orders.view_refund", _refunds),
    ("florists.view_delivery", _deliveries),
    ("florists.view_delivery", _vault),
    ("florists.view_delivery", _erasures),
    ("florists.change_addressread", _address_reads),
    ("addressless.view_claim", _claims),
    ("addressless.view_review", _reviews),
    ("addressless.view_report", _reports),
    ("addressless.view_worry", _worries),
    ("notifications.view_message", _messages),
]


def rows(user: User | AbstractBaseUser | AnonymousUser) -> list[Row]:
    """Everything this person may see that waits for somebody, oldest first."""
    found: list[Row] = []
    for permission, source in SOURCES:
        if isinstance(user, User) and user.has_perm(permission):
            found.extend(source())
    return sorted(found, key=lambda row: row.since)
