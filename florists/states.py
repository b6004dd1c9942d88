"""The words of the two small machines of this app, each with its meaning."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryStatus(models.TextChoices):
    DRAFT = "draft", _("brouillon")  # not paid yet
    AWAITING_ADDRESS = "awaiting_address", _("adresse attendue")  # gift paid, the recipient has not answered
    TO_ASSIGN = "to_assign", _("à attribuer")  # paid, placed and dated: needs a florist
    OFFERED = "offered", _("proposée")  # one florist is being asked
    ACCEPTED = "accepted", _("acceptée")  # a florist does it
    PREPARING = "preparing", _("en préparation")  # flowers are being arranged: no more changes
    OUT_FOR_DELIVERY = "out_for_delivery", _("en route")
    DELIVERED = "delivered", _("livrée")
    FAILED = "failed", _("non livrée")  # absent, wrong address…: staff decide
    CANCELED = "canceled", _("annulée")  # before departure


UNASSIGNED = (
    DeliveryStatus.DRAFT,
    DeliveryStatus.AWAITING_ADDRESS,
    DeliveryStatus.TO_ASSIGN,
    DeliveryStatus.OFFERED,
)
WITH_FLORIST = (DeliveryStatus.ACCEPTED, DeliveryStatus.PREPARING, DeliveryStatus.OUT_FOR_DELIVERY)
DEPARTED = (DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
ASSIGNED = (*WITH_FLORIST, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
UNDERWAY = (DeliveryStatus.TO_ASSIGN, DeliveryStatus.OFFERED, *WITH_FLORIST)
CHANGEABLE = (*UNASSIGNED, DeliveryStatus.ACCEPTED)
MAY_BE_HELD = (DeliveryStatus.DRAFT, DeliveryStatus.AWAITING_ADDRESS, DeliveryStatus.TO_ASSIGN)


class OfferStatus(models.TextChoices):
    PLANNED = "planned", _("prévue")  # on the ladder, not sent
    OPEN = "open", _("envoyée")  # the florist may answer
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    TIMED_OUT = "timed_out", _("sans réponse")
    WITHDRAWN = "withdrawn", _("retirée")  # canceled, changed or given to another


class Problem(models.TextChoices):
    """Why flowers came back."""

    ABSENT = "absent", _("Personne sur place")
    WRONG_ADDRESS = "wrong_address", _("Adresse introuvable ou inexacte")
    DECLINED = "declined", _("La personne ne veut pas des fleurs")
    OTHER = "other", _("Autre difficulté")


class Refusal(models.TextChoices):
    """Why a florist says no, or gives a job back."""

    FULL = "full", _("Trop de livraisons ce jour-là")
    FLOWERS = "flowers", _("Il me manque des fleurs")
    ZONE = "zone", _("Trop loin pour moi")
    CLOSED = "closed", _("Boutique fermée ce jour-là")
    OTHER = "other", _("Autre raison")


class Step(models.TextChoices):
    """What a delivery waits for."""

    OFFER = "offer", _("proposer à un fleuriste")
    ANSWER = "answer", _("répondre à la proposition")
    PREPARE = "prepare", _("préparer")
    DELIVER = "deliver", _("livrer")
    FIND_FLORIST = "find_florist", _("trouver un fleuriste\u00a0: plus personne sur la liste")
    CHECK_LATE = "check_late", _("appeler le fleuriste\u00a0: la demi-journée est passée")
    SOLVE = "solve", _("résoudre\u00a0: non livrée")
    HELD = "held", _("attendre\u00a0: retenue par le service client")


class Owner(models.TextChoices):
    """Who has to do it."""

    SYSTEM = "system", _("automatique")
    FLORIST = "florist", _("fleuriste")
    STAFF = "staff", _("service")


class EventKind(models.TextChoices):
    """What happened to a delivery; the French line of the timeline."""

    CREATED = "created", _("Créée")
    CARD_CHANGED = "card_changed", _("Carte modifiée")
    NEIGHBOR = "neighbor", _("Remise à un voisin\u00a0: choix modifié")
    SWAPPED = "swapped", _("Autre bouquet, préféré par le destinataire")
    PLANNED = "planned", _("Adresse reçue, fleuristes classés")
    RESCHEDULED = "rescheduled", _("Date modifiée")
    AWAITING_ADDRESS = "awaiting_address", _("En attente de l’adresse")
    RELEASED = "released", _("À livrer")
    OFFERED = "offered", _("Proposée")
    REFUSED = "refused", _("Refusée par le fleuriste")
    TIMED_OUT = "timed_out", _("Pas de réponse du fleuriste")
    WITHDRAWN = "withdrawn", _("Proposition retirée")
    LADDER_EXHAUSTED = "ladder_exhausted", _("Plus de fleuriste sur la liste")
    ACCEPTED = "accepted", _("Acceptée par le fleuriste")
    GIVEN_BACK = "given_back", _("Rendue par le fleuriste")
    REASSIGNED = "reassigned", _("Réattribuée par le service")
    PREPARING = "preparing", _("En préparation")
    DEPARTED = "departed", _("En route")
    DELIVERED = "delivered", _("Livrée")
    FAILED = "failed", _("Non livrée")
    LATE = "late", _("En retard")
    HELD = "held", _("Retenue par le service")
    RESUMED = "resumed", _("Reprise")
    CANCELED = "canceled", _("Annulée")
    CLOSED = "closed", _("Close par le service")
    ADDRESS_ERASED = "address_erased", _("Adresse effacée")
