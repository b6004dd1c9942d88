"""From a cart to a pending order with frozen prices. What is shown is what is charged (invariant I14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import AddOn, Occasion
from florists import deliveries
from florists.models import Delivery
from interflora.lib import clock, languages, links
from interflora.lib.money import vat_of
from orders import events, payments, signals, work
from orders.models import Cart, CartLine, EventKind, LineKind, Order, OrderLine

DELIVERY_FEE_CENTS = 990  # one flat fee on both routes: a zone fee would tell where the recipient lives
DELIVERY_VAT_BP = 2000
UNPAID_FOR = timedelta(hours=24)
FLORIST_SHARE_PERCENT = 72  # of the flowers and accessories, tax included
FLORIST_DELIVERY_CENTS = 650


class CheckoutError(Exception):
    """The cart cannot become an order."""


class EmptyCart(CheckoutError):
    """Nothing to order."""


class CartAlreadyPaid(CheckoutError):
    """An order of this cart was paid."""


class NotGiftable(CheckoutError):
    """Funeral flowers go to a known place, never to somebody's answer."""


class NoLongerSold(CheckoutError):
    """A line of the cart left the catalogue; `names` says which."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@transaction.atomic
def place_order(cart: Cart, *, is_gift: bool) -> Order:
    """The cart's one pending order, created or brought up to date: prices frozen now, draft Delivery made or reused.

    Locks Cart → Order → Payment → Delivery. Raises EmptyCart, CartAlreadyPaid, NotGiftable, NoLongerSold.
    Calling it again changes nothing unless the cart or `is_gift` did.
    """
    cart = Cart.objects.select_for_update().get(pk=cart.pk)
    order = cart.orders.select_for_update(of=("self",)).filter(status=Order.Status.PENDING).first()
    # Asked after that lock: the payment that held it may just have paid this very cart.
    if cart.orders.filter(paid_at__isnull=False).exists():
        raise CartAlreadyPaid
    cart_lines = _lines_of(cart)
    if not cart_lines:
        raise EmptyCart
    _check_sold(cart_lines, is_gift=is_gift)
    if order is None:
        return _create(cart, cart_lines, is_gift=is_gift)
    _bring_up_to_date(order, cart_lines, is_gift=is_gift)
    return order


def follow_cart(cart: Cart) -> None:
    """The cart changed: its pending order is priced again, or abandoned when nothing is left.

    The caller holds the lock on the Cart.
    """
    order = cart.orders.select_for_update(of=("self",)).filter(status=Order.Status.PENDING).first()
    if order is None:
        return
    cart_lines = _lines_of(cart)
    giftable = not any(line.variant.product.is_funeral for line in cart_lines)
    if not cart_lines or (order.is_gift and not giftable):
        abandon(order)
    else:
        _bring_up_to_date(order, cart_lines, is_gift=order.is_gift)


def abandon(order: Order) -> None:
    """pending → canceled: nothing was paid. The caller holds the lock on the Order."""
    order.status, order.canceled_at = Order.Status.CANCELED, clock.now()
    order.save(update_fields=["status", "canceled_at"])
    payments.supersede(order)
    deliveries.cancel(order.delivery)
    events.record(order, EventKind.CANCELED)
    signals.announce(signals.order_closed, order.pk)


def expire(order_pk: int) -> bool:
    """pending → expired once `expires_at` has passed and no payment is open or with a bank.

    Locks the Order; safe to run twice.
    A payment that Stripe confirms afterwards is refunded automatically (`orders/payments.py`).
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_pk)
        if not order.is_pending or order.expires_at > clock.now():
            return False
        undecided = Q(expires_at__gt=clock.now()) | Q(reviewed_since__isnull=False)
        if order.payments.filter(undecided, status="pending").exists():
            return False
        order.status, order.expired_at = Order.Status.EXPIRED, clock.now()
        order.save(update_fields=["status", "expired_at"])
        payments.supersede(order)
        deliveries.cancel(order.delivery)
        events.record(order, EventKind.EXPIRED)
        signals.announce(signals.order_closed, order.pk)
    return True


def _create(cart: Cart, cart_lines: Sequence[CartLine], *, is_gift: bool) -> Order:
    lines = _frozen(cart_lines)
    order = Order(
        cart=cart,
        delivery=deliveries.create_draft(
            what=work.of_cart(cart_lines), is_gift=is_gift, florist_pay_cents=_florist_pay(lines)
        ),
        is_gift=is_gift,
        occasion=_occasion(cart_lines),
        language=(get_language() or "fr")[:2],
        total_cents=sum(line.total_cents for line in lines),
        expires_at=clock.now() + UNPAID_FOR,
    )
    order.token_digest = links.digest(links.token(order.link()))
    order.save(force_insert=True)
    _write_lines(order, lines)
    events.record(order, EventKind.PLACED, total_cents=order.total_cents)
    return order


def _bring_up_to_date(order: Order, cart_lines: Sequence[CartLine], *, is_gift: bool) -> None:
    lines = _frozen(cart_lines)
    if [_price_of(line) for line in lines] != [_price_of(line) for line in order.lines.all()]:
        order.lines.all().delete()
        _write_lines(order, lines)
        payments.supersede(order)
    if order.is_gift != is_gift:
        order.recipient_sealed = None
        payments.supersede(order)
    order.is_gift = is_gift
    order.total_cents = sum(line.total_cents for line in lines)
    order.expires_at = max(order.expires_at, clock.now() + UNPAID_FOR)
    order.save(update_fields=["is_gift", "total_cents", "expires_at", "recipient_sealed"])
    delivery: Delivery = order.delivery
    what = work.of_cart(cart_lines)
    if delivery.items != what or delivery.is_gift != is_gift:
        pay = _florist_pay(lines)
        deliveries.rewrite_draft(delivery, what=what, is_gift=is_gift, florist_pay_cents=pay)


def _lines_of(cart: Cart) -> list[CartLine]:
    lines = cart.lines.select_related("variant__product").prefetch_related("add_ons", "variant__product__occasions")
    return list(lines)


def _check_sold(lines: Sequence[CartLine], *, is_gift: bool) -> None:
    gone = [line.variant.label for line in lines if not (line.variant.is_active and line.variant.product.is_active)]
    gone += [add_on.shown_name for line in lines for add_on in line.add_ons.all() if not add_on.is_active]
    if gone:
        raise NoLongerSold(gone)
    if is_gift and any(line.variant.product.is_funeral for line in lines):
        raise NotGiftable


def _frozen(cart_lines: Sequence[CartLine]) -> list[OrderLine]:
    """Today's prices and names as order lines, the delivery last."""
    lines = []
    for line in cart_lines:
        lines.append(_flowers(line))
        lines += [_accessory(line, add_on) for add_on in line.add_ons.all()]
    lines.append(_delivery())
    for frozen in lines:
        frozen.total_cents = frozen.unit_cents * frozen.quantity - frozen.discount_cents
        frozen.vat_cents = vat_of(frozen.total_cents, frozen.vat_bp)
    return lines


def _flowers(line: CartLine) -> OrderLine:
    label, label_en = languages.both(lambda: line.variant.label)
    return OrderLine(
        kind=LineKind.PRODUCT,
        label=label,
        label_en=label_en,
        variant=line.variant,
        quantity=line.quantity,
        unit_cents=line.variant.price_cents,
        vat_bp=line.variant.product.vat_bp,
    )


def _accessory(line: CartLine, add_on: AddOn) -> OrderLine:
    return OrderLine(
        kind=LineKind.ADD_ON,
        label=add_on.name,
        label_en=add_on.name_en,
        add_on=add_on,
        quantity=line.quantity,
        unit_cents=add_on.price_cents,
        vat_bp=add_on.vat_bp,
    )


def _delivery() -> OrderLine:
    label, label_en = languages.both(lambda: _("Livraison"))
    return OrderLine(
        kind=LineKind.DELIVERY,
        label=label,
        label_en=label_en,
        unit_cents=DELIVERY_FEE_CENTS,
        vat_bp=DELIVERY_VAT_BP,
    )


def _write_lines(order: Order, lines: Sequence[OrderLine]) -> None:
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)


def _price_of(line: OrderLine) -> tuple[Any, ...]:
    return line.kind, line.variant_id, line.add_on_id, line.quantity, line.unit_cents, line.discount_cents, line.vat_bp


def _florist_pay(lines: Sequence[OrderLine]) -> int:
    """What the florist earns for making and delivering, cents; the same wherever it goes."""
    goods = sum(line.unit_cents * line.quantity for line in lines if line.kind != LineKind.DELIVERY)
    return goods * FLORIST_SHARE_PERCENT // 100 + FLORIST_DELIVERY_CENTS


def _occasion(cart_lines: Sequence[CartLine]) -> Occasion | None:
    """A first guess for the ready card texts; the card step lets the sender choose."""
    return next((occasion for line in cart_lines for occasion in line.variant.product.occasions.all()), None)
