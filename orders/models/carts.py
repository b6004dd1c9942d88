"""What a shopper has chosen so far."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import AddOn, ProductVariant
from interflora.lib import codes

MAX_QUANTITY = 9
MAX_LINES = 20
MAX_ITEMS = 99  # bouquets and accessories listed one by one: Stripe's page takes 100 lines, one is the delivery


class CartQuerySet(models.QuerySet["Cart"]):
    def open(self) -> Self:
        """Carts that no paid order came from."""
        return self.exclude(orders__paid_at__isnull=False)


class Cart(models.Model):
    """Belongs to one browser session; its pending order, if any, follows every change (`orders/cart.py`)."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CartQuerySet.as_manager()

    class Meta:
        verbose_name = _("panier")
        verbose_name_plural = _("paniers")

    def __str__(self) -> str:
        return self.public_id


class CartLine(models.Model):
    """A bouquet in one size with its add-ons; prices are the catalogue's until an order freezes them."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(ProductVariant, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)
    add_ons = models.ManyToManyField(AddOn, related_name="+", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ligne de panier")
        verbose_name_plural = _("lignes de panier")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="orders_cart_line_quantity", condition=Q(quantity__range=(1, MAX_QUANTITY)))
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"

    @property
    def total_cents(self) -> int:
        """Catalogue price of the line with its add-ons, cents."""
        return self.quantity * (self.variant.price_cents + sum(add_on.price_cents for add_on in self.add_ons.all()))
