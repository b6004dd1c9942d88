"""The network in Django admin: florists and their zones, deliveries with their history, who read which address."""

from __future__ import annotations

from florists.admin.delivery import AddressReadAdmin, DeliveryAdmin
from florists.admin.florist import FloristAdmin

__all__ = ["AddressReadAdmin", "DeliveryAdmin", "FloristAdmin"]
