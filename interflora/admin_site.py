"""The back office's Django admin, in French, one site for every app."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class ShopAdminSite(AdminSite):
    site_header = _("Interflora – Gestion")
    site_title = _("Gestion")
    index_title = _("Bienvenue")
    site_url = None
    enable_nav_sidebar = True
