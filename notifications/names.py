"""What the staff call each message, by the folder of its texts in `templates/messages/`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NAMES = {
    "florist_canceled": _("Fleuriste\u00a0: livraison annulée"),
    "florist_card_changed": _("Fleuriste\u00a0: carte changée"),
    "florist_offer": _("Fleuriste\u00a0: proposition de livraison"),
    "florist_sign_in": _("Fleuriste\u00a0: lien pour entrer"),
    "florist_thanks": _("Fleuriste\u00a0: confirmation reçue"),
    "florist_withdrawn": _("Fleuriste\u00a0: livraison retirée"),
    "gift_accepted": _("Expéditeur\u00a0: cadeau accepté"),
    "gift_canceled": _("Destinataire\u00a0: cadeau annulé"),
    "gift_contact_failed": _("Expéditeur\u00a0: invitation non remise"),
    "gift_in_review": _("Expéditeur\u00a0: cadeau en attente de lecture"),
    "gift_invitation": _("Destinataire\u00a0: invitation"),
    "gift_news": _("Destinataire\u00a0: suivi des fleurs"),
    "gift_reminder": _("Destinataire\u00a0: relance"),
    "gift_thanks": _("Expéditeur\u00a0: merci du destinataire"),
    "gift_tracking": _("Destinataire\u00a0: lien de suivi"),
    "gifts_invitation": _("Destinataire\u00a0: plusieurs cadeaux annoncés ensemble"),
    "gift_warning": _("Expéditeur\u00a0: avertissement après un signalement"),
    "offers_confirm": _("Offres\u00a0: confirmer son inscription"),
    "order_canceled": _("Expéditeur\u00a0: commande annulée"),
    "order_confirmed": _("Expéditeur\u00a0: commande confirmée"),
    "order_delivered": _("Expéditeur\u00a0: fleurs livrées"),
    "order_held": _("Expéditeur\u00a0: commande en attente"),
    "order_links": _("Expéditeur\u00a0: liens de ses commandes"),
    "order_payment_failed": _("Expéditeur\u00a0: paiement non abouti"),
    "order_refund_requested": _("Expéditeur\u00a0: remboursement demandé"),
    "order_refunded": _("Expéditeur\u00a0: remboursement envoyé"),
    "order_resumed": _("Expéditeur\u00a0: commande reprise"),
}


def name_of(template: str) -> str:
    """The French or English name of a message; the folder's own when it has none yet."""
    return str(NAMES.get(template, template))
