"""The marketing screens, registered by import."""

from __future__ import annotations

from notifications.marketing.admin import campaigns, contacts, routes, segments, standing

__all__ = ["campaigns", "contacts", "routes", "segments", "standing"]
