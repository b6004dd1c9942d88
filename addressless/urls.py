"""Addresses of the gift: the delivery step, the recipient's pages, the sender's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from addressless import (
    views_checkout,
    views_claim,
    views_follow,
    views_refusal,
    views_sender,
    views_signature,
    views_swap,
)

app_name = "addressless"

claim_urls = [
    path("", views_claim.claim_gift, name="claim_gift"),
    path("accepter/", views_claim.claim_accept, name="claim_accept"),
    path("accepter/adresse/", views_claim.claim_accept_address, name="claim_accept_address"),
    path("autre-bouquet/", views_swap.claim_swap, name="claim_swap"),
    path("accepte/", views_claim.claim_accepted, name="claim_accepted"),
    path("reprendre/", views_claim.claim_renew, name="claim_renew"),
    path("refuser/", views_refusal.claim_decline, name="claim_decline"),
    path("refuser/confirmer/", views_refusal.claim_decline_confirm, name="claim_decline_confirm"),
    path("refuse/", views_refusal.claim_declined, name="claim_declined"),
    path("refuse/annuler/", views_refusal.claim_undo, name="claim_undo"),
    path("signaler/", views_refusal.claim_report_card, name="claim_report_card"),
    path("ne-plus-etre-contacte/", views_refusal.claim_leave_alone, name="claim_leave_alone"),
    path("stop/<str:token>/", views_refusal.gift_stop, name="gift_stop"),
    path("<str:token>/", views_claim.claim_open, name="claim_open"),
]
sender_urls = [
    path("", views_sender.gift_status, name="gift_status"),
    path("corriger/", views_sender.gift_correct, name="gift_correct"),
    path("renvoyer/", views_sender.gift_resend, name="gift_resend"),
    path("annuler/", views_sender.gift_cancel, name="gift_cancel"),
]
signature_urls = [
    path("", views_signature.signature, name="signature"),
    path("retour/", views_signature.signature_return, name="signature_return"),
    path("signer/", views_signature.signature_sign, name="signature_sign"),
    path("retirer/", views_signature.signature_drop, name="signature_drop"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("cadeau/", include(claim_urls)),
    path("verifier/", views_follow.verify, name="verify"),
    path("est-ce-une-arnaque/", views_follow.scam_help, name="scam_help"),
    path("suivi/<str:token>/", include("addressless.urls_tracking")),
    path("commande/livraison/", views_checkout.delivery_step, name="delivery_step"),
    path("commande/livraison/cadeau/", views_checkout.gift, name="gift"),
    path("commande/vous/x/", include(signature_urls)),
    path("commande/<str:token>/cadeau/", include(sender_urls)),
]
