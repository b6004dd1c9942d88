"""People who agreed to hear from the shop, and the proof of it.

The wall is provenance: a `Contact` exists only because that person typed it (consent or sale). No table here refers
to `Message`, and no digest here shares a key with gift contacts.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from interflora.lib import clock, codes
from interflora.lib.contacts import Channel


class Provenance(models.TextChoices):
    """Why we may hold this contact: what the person did."""

    CONSENT = "consent", _("a donné son accord")  # ticked the box themselves
    SALE = "sale", _("a passé commande")  # typed their number for their own order


class StopSource(models.TextChoices):
    """By which road the opposition came."""

    PAGE = "page", _("page de désinscription")
    SMS = "sms", _("réponse STOP")
    CARRIER = "carrier", _("opérateur")
    STAFF = "staff", _("équipe")


class Wording(models.Model):
    """A consent text exactly as it was shown, with its version and hash."""

    key = models.CharField(_("nom"), max_length=40)
    version = models.PositiveIntegerField(_("version du texte"))
    language = models.CharField(_("langue"), max_length=5)
    text = models.TextField(_("texte"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    created_at = models.DateTimeField(_("créé le"), default=clock.now)

    class Meta:
        verbose_name = _("texte de consentement")
        verbose_name_plural = _("textes de consentement")
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="wording_version_once"),
            models.UniqueConstraint(fields=["key", "language", "sha256"], name="wording_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version} ({self.language})"


class Contact(models.Model):
    """A person in their own right; the opt-in columns are the fold of their `Consent` rows."""

    public_id = models.CharField(max_length=12, unique=True, default=codes.random_code, editable=False)
    phone = models.CharField(_("mobile"), max_length=16, null=True, blank=True, unique=True)
    phone_digest = models.CharField(max_length=64, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    first_name = models.CharField(_("prénom"), max_length=20, blank=True)
    provenance = models.CharField(_("origine"), max_length=10, choices=Provenance.choices)
    is_sms_opted_in = models.BooleanField(_("SMS acceptés"), default=False)
    is_email_opted_in = models.BooleanField(_("e-mails acceptés"), default=False)
    stop_code_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # The number that an operator called dead: never tried again, until the person has another one.
    invalid_phone = models.CharField(_("numéro mort"), max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(_("depuis le"), default=clock.now)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["phone_digest"], condition=~Q(phone_digest=""), name="contact_phone_digest"),
            # What staff type in the list: a whole e-mail, the beginning of a first name, in any case.
            models.Index(Upper("email"), name="contact_email_any_case"),
            models.Index(OpClass(Upper("first_name"), name="varchar_pattern_ops"), name="contact_first_name_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(phone__isnull=False) | Q(email__isnull=False), name="contact_reachable"),
            models.CheckConstraint(condition=~Q(phone="") & ~Q(email=""), name="contact_null_not_empty"),
            models.CheckConstraint(
                condition=Q(phone=None, phone_digest="") | Q(phone__isnull=False) & ~Q(phone_digest=""),
                name="contact_phone_has_digest",
            ),
            models.CheckConstraint(condition=Q(provenance__in=Provenance.values), name="contact_provenance"),
        ]

    def __str__(self) -> str:
        return self.first_name or self.public_id


class Consent(models.Model):
    """One yes or one no, with its proof. Append-only: a trigger refuses any update."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consents", verbose_name=_("contact"))
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    granted = models.BooleanField(_("accord"))
    wording = models.ForeignKey(
        Wording, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("texte montré")
    )
    source = models.CharField(_("page"), max_length=80)
    ip = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        indexes = [models.Index(fields=["contact", "-recorded_at"], name="consent_history")]
        constraints = [
            # A yes is worth nothing without the words it answered; a no needs none.
            models.CheckConstraint(
                condition=Q(granted=False) | Q(wording__isnull=False), name="consent_yes_has_wording"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {'oui' if self.granted else 'non'}"


class StopEntry(models.Model):
    """Opposition to marketing, kept as a keyed hash only: it survives the erasure of the contact."""

    phone_digest = models.CharField(_("empreinte du numéro"), max_length=64, unique=True)
    source = models.CharField(_("origine"), max_length=10, choices=StopSource.choices)
    created_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("opposition (STOP)")
        verbose_name_plural = _("oppositions (STOP)")

    def __str__(self) -> str:
        return self.phone_digest[:8]


class OccasionRefusal(models.Model):
    """« Pas de SMS fête des mères »: for ever, as a keyed hash of the number, without the contact it survives."""

    phone_digest = models.CharField(_("empreinte du numéro"), max_length=64)
    occasion = models.CharField(_("occasion"), max_length=60)
    source = models.CharField(_("page"), max_length=80)
    created_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("occasion refusée")
        verbose_name_plural = _("occasions refusées")
        constraints = [
            models.UniqueConstraint(fields=["phone_digest", "occasion"], name="occasionrefusal_once"),
            models.CheckConstraint(condition=~Q(phone_digest="") & ~Q(occasion=""), name="occasionrefusal_of_somebody"),
        ]

    def __str__(self) -> str:
        return self.phone_digest[:8]


class Purchase(models.Model):
    """What a customer bought for themselves to give: facts, no order detail, no recipient."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="purchases")
    order_public_id = models.CharField(max_length=12, unique=True)
    purchased_at = models.DateTimeField()
    occasion = models.CharField(max_length=60, blank=True)
    total_cents = models.PositiveIntegerField()
    # Blank for gifts to an unknown address: the place must not be known here.
    department = models.CharField(max_length=3, blank=True)
    refunded_cents = models.PositiveIntegerField(default=0)
    # No text may ever recall it: for a funeral, given back, or gone wrong once.
    is_unmentionable = models.BooleanField(default=False)
    # Something is wrong with the order: until it is settled its buyer is left in peace.
    incident_at = models.DateTimeField(null=True, editable=False)
    # The campaign text whose link was followed last before it, within five days: at most one per order.
    credited_to = models.ForeignKey(
        "CampaignMessage", on_delete=models.SET_NULL, null=True, related_name="orders", editable=False
    )

    class Meta:
        verbose_name = _("achat")
        verbose_name_plural = _("achats")
        indexes = [
            models.Index(fields=["occasion", "contact"], name="purchase_occasion"),
            models.Index(fields=["contact"], condition=Q(incident_at__isnull=False), name="purchase_incident"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_unmentionable=True) | Q(refunded_cents=0, incident_at=None), name="purchase_tact"
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("total_cents")), name="purchase_refunded_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return self.order_public_id
