from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from orders import views_cart, views_checkout, views_lookup, views_order, views_privacy, webhooks

app_name = "orders"

checkout_urls = [
    path("adresse/", views_checkout.address, name="address"),
    path("carte/", views_checkout.card, name="card"),
    path("vous/", views_checkout.details_step, name="details"),
    path("retour/", views_checkout.return_page, name="return"),
    path("retrouver/", views_lookup.find, name="find"),
    path("retrouver/demande/", views_lookup.find_asked, name="find_asked"),
    path("paiement-interrompu/", views_checkout.unpaid, name="unpaid"),
]
order_urls = [
    path("", views_order.order_page, name="order_page"),
    path("annuler/", views_order.cancel, name="cancel"),
    path("date/", views_order.change_slot, name="change_slot"),
    path("adresse/", views_order.change_address, name="change_address"),
    path("carte/", views_order.change_card, name="change_card"),
    path("donnees/", views_privacy.data, name="data"),
    path("donnees.json", views_privacy.data_copy, name="data_copy"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("panier/", views_cart.cart, name="cart"),
    path("panier/ajouter/", views_cart.cart_add, name="cart_add"),
    path("panier/<int:line_pk>/", views_cart.cart_line, name="cart_line"),
    path("commande/", include(checkout_urls)),
    path("commande/<str:token>/", include(order_urls)),
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
]
