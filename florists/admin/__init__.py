"""The network in Django admin: florists and their zones, deliveries with their history, who read which address."""

from __future__ import annotations

from florists.admin.delivery import DeliveryAdmin
from florists.admin.florist import FloristAdmin
from florists.admin.read import AddressReadAdmin

__all__ = ["AddressReadAdmin", "DeliveryAdmin", "FloristAdmin"]
