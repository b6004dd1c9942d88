"""The network, the work orders and the sealed addresses."""

from __future__ import annotations

from florists.models.address import AddressKey, AddressRead, SealedAddress
from florists.models.delivery import Delivery, DeliveryEvent, DeliveryOffer
from florists.models.florist import ClosingDay, Florist, ServedPostcode, SignInLink

__all__ = [
    "AddressKey",
    "AddressRead",
    "ClosingDay",
    "Delivery",
    "DeliveryEvent",
    "DeliveryOffer",
    "Florist",
    "SealedAddress",
    "ServedPostcode",
    "SignInLink",
]
