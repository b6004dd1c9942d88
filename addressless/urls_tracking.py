"""Addresses of the recipient's tracking, behind its token; names belong to `addressless`."""

from __future__ import annotations

from django.urls import path

from addressless import views_tracking

urlpatterns = [
    path("", views_tracking.tracking, name="tracking"),
    path("date/", views_tracking.tracking_slot, name="tracking_slot"),
    path("adresse/", views_tracking.tracking_address, name="tracking_address"),
    path("voisin/", views_tracking.tracking_neighbor, name="tracking_neighbor"),
    path("nouvelles/", views_tracking.tracking_contact, name="tracking_contact"),
    path("merci/", views_tracking.tracking_thanks, name="tracking_thanks"),
    path("souci/", views_tracking.tracking_worry, name="tracking_worry"),
    path("donnees/", views_tracking.tracking_data, name="tracking_data"),
    path("effacer/", views_tracking.tracking_erase, name="tracking_erase"),
]
