"""Routes, their prices and the operators' error codes: tables that staff edit, because operators change them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock


class Purpose(models.TextChoices):
    """Why a text is sent: the two never share a lane."""

    MARKETING = "marketing", _("campagnes")
    FUNCTIONAL = "functional", _("commandes et livraisons")


class StopMode(models.TextChoices):
    """How a commercial text says how to oppose."""

    LINK = "link", _("lien de désinscription")
    CODE = "code", _("STOP au numéro court")


class Route(models.Model):
    """The way of the texts to one country for one purpose."""

    country = models.CharField(_("pays (deux lettres)"), max_length=2)
    purpose = models.CharField(_("usage"), max_length=10, choices=Purpose.choices)
    # Blank: the Messaging Service of the settings.
    sender = models.CharField(_("expéditeur ou Messaging Service"), max_length=34, blank=True)
    stop_mode = models.CharField(_("désinscription"), max_length=4, choices=StopMode.choices, default=StopMode.LINK)
    stop_number = models.CharField(_("numéro court du STOP"), max_length=5, blank=True)
    parts_per_second = models.PositiveIntegerField(_("SMS facturés par seconde, au plus"))
    days_between = models.PositiveSmallIntegerField(_("jours entre deux offres à la même personne"), default=7)
    error_percent = models.PositiveSmallIntegerField(_("pause au-delà de ce pourcentage d’erreurs"), default=30)

    class Meta:
        verbose_name = _("route des SMS")
        verbose_name_plural = _("routes des SMS")
        ordering = ["purpose", "country"]
        constraints = [
            models.UniqueConstraint(fields=["country", "purpose"], name="route_once"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="route_country"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="route_purpose"),
            models.CheckConstraint(condition=Q(parts_per_second__gte=1), name="route_parts_per_second"),
            models.CheckConstraint(condition=Q(error_percent__range=(1, 100)), name="route_error_percent"),
            models.CheckConstraint(
                condition=~Q(stop_mode="code") | Q(stop_number__regex=r"^[0-9]{5}$"), name="route_stop_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} – {self.get_purpose_display()}"


class RoutePrice(models.Model):
    """What one part costs on a route from a day on."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="prices", verbose_name=_("route des SMS"))
    since = models.DateField(_("à partir du"), default=clock.paris_today)
    cents = models.DecimalField(_("centimes par SMS facturé"), max_digits=7, decimal_places=3)

    class Meta:
        verbose_name = _("prix")
        verbose_name_plural = _("prix")
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["route", "since"], name="routeprice_once_a_day"),
            models.CheckConstraint(condition=Q(cents__gte=0), name="routeprice_cents"),
        ]

    def __str__(self) -> str:
        return f"{self.cents}"


class RouteMeter(models.Model):
    """What runs along with a route: the bucket that serves while Redis is gone, and its latest errors, fading."""

    route = models.OneToOneField(Route, on_delete=models.CASCADE, related_name="meter", primary_key=True)
    level = models.FloatField(default=0)
    filled_at = models.DateTimeField(default=clock.now)
    tried = models.FloatField(default=0)
    failed = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.failed:.0f} / {self.tried:.0f}"


class FaultKind(models.TextChoices):
    """What an operator's error asks of us."""

    OPTED_OUT = "opted_out", _("opposition : liste STOP")
    BAD_NUMBER = "bad_number", _("numéro mort : plus jamais essayé")
    CONFIGURATION = "configuration", _("notre compte : campagne en pause, alerte")
    FILTERED = "filtered", _("filtré par l’opérateur : jamais renvoyé, version surveillée")
    HANDSET = "handset", _("téléphone injoignable : pas renvoyé")
    QUEUE = "queue", _("trop vite : on ralentit")
    PUMPING = "pumping", _("fraude supposée : pas renvoyé")


class ProviderFault(models.Model):
    """One error code and what it means; a code that is not here fails its own message and nothing else."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    kind = models.CharField(_("conséquence"), max_length=13, choices=FaultKind.choices)
    note = models.CharField(_("remarque"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("erreur des opérateurs")
        verbose_name_plural = _("erreurs des opérateurs")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=FaultKind.values), name="providerfault_kind")]

    def __str__(self) -> str:
        return self.code
