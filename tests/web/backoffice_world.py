"""One of everything in the back office, and a browser for each persona who may stand at its doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from addressless.models import ClosedSender, Report, Review, Worry
from florists import jobs, sessions
from florists.models import AddressRead, Delivery, Florist
from interflora.lib import clock, links
from interflora.lib.links import Link, Purpose
from notifications.marketing import stops
from notifications.marketing.models import StopSource
from notifications.routing import routes
from notifications.routing.models import ProviderFault
from orders.models import Order, StripeEvent
from tests.addressless.factories import make_invited
from tests.catalog.factories import make_add_on, make_occasion
from tests.florists.factories import in_charge, make_accepted, make_delivery, make_florist, make_offer
from tests.notifications.factories import make_campaign, make_contact, make_standing
from tests.orders.factories import make_paid
from tests.staff_access import grow_old, sign_in

GROUPS = {
    "support": "support",
    "marketing": "marketing",
    "accounting": "comptabilité",
    "catalogue": "catalogue",
    "network": "réseau",
    "administrator": "administrateur",
}
OUTSIDE = ("anonymous", "password_only", "florist", "other_florist")
# Nobody whose work has to do with an order: what these are answered is read, not only counted.
STRANGERS = (*OUTSIDE, "marketing", "catalogue")
PERSONAS = (*OUTSIDE, *GROUPS, "superuser", "reader", "stale")
CARD = "Je pense à toi, canari-de-la-carte"


class World:
    """Made by the shop; its doors are then tried in the back office."""

    def __init__(self) -> None:
        make_florist()
        self.order = self._order()
        self.job: Delivery = make_accepted()
        self.other: Florist = make_florist("75011", postcode="75011", commune="Paris", department="75")
        self.offer = make_offer(make_delivery())
        jobs.start_preparing(self.job, in_charge(self.job))
        self._gift()
        self._rest()
        self.browsers: dict[str, Client] = {}

    def open_doors(self) -> None:
        """This process is the back office now: let everybody come in as far as they can."""
        self.browsers = {name: self._browser(name) for name in PERSONAS}

    def _order(self) -> Order:
        order = make_paid()
        Delivery.objects.filter(pk=order.delivery_id).update(card_text=CARD)
        order.payments.get().refunds.create(cause="staff", amount_cents=100)
        return order

    def _gift(self) -> None:
        self.claim = make_invited()
        report = Report.objects.create(claim=self.claim, reason="card", card_text=CARD)
        ClosedSender.objects.create(sender_digest="0" * 64, since=clock.now(), report=report)
        Worry.objects.create(claim=self.claim, kind="other", text="canari-du-souci")
        due_at = clock.now() + timedelta(days=3)
        Review.objects.create(claim=self.claim, generation=1, reason="many_senders", due_at=due_at)

    def _rest(self) -> None:
        """A row of every model that has pages of its own."""
        make_occasion()
        make_add_on()
        make_contact()
        self.campaign = make_campaign()
        self.standing = make_standing()
        routes.of("marketing")
        ProviderFault.objects.get_or_create(code="30007", defaults={"kind": "filtered"})
        stops.stop("+33612009999", StopSource.STAFF, page="/gestion/")
        StripeEvent.objects.create(event_id="evt_1", kind="refund.updated", object_id="re_1")
        AddressRead.objects.create(delivery=self.job, florist=self.job.florist, purpose="job")

    # --- Who stands at the door ------------------------------------------------------------------------------------
    def _browser(self, persona: str) -> Client:
        client = Client()
        if persona == "anonymous":
            return client
        if persona in ("florist", "other_florist"):
            session = client.session
            session[sessions.KEY] = (in_charge(self.job) if persona == "florist" else self.other).public_id
            session.save()
            return client
        sign_in(client, self._person(persona))
        if persona == "password_only":
            session = client.session
            del session[DEVICE_ID_SESSION_KEY]
            session.save()
        if persona == "stale":
            grow_old(client, seconds=601)
        return client

    def _person(self, persona: str) -> User:
        """Members of their group; « reader » is of support and was given addresses by name."""
        is_superuser = persona in ("superuser", "stale")
        user = User.objects.create_user(persona, is_staff=True, is_superuser=is_superuser)
        if not is_superuser:
            user.groups.add(Group.objects.get(name=GROUPS.get(persona, "support")))
        if persona == "reader":
            user.user_permissions.add(Permission.objects.get(codename="read_address"))
        return user

    # --- Where the doors are ---------------------------------------------------------------------------------------
    def args(self, name: str, pattern: str) -> list[Any] | None:
        """Real arguments, so that the table says what is behind each door."""
        known: dict[str, list[Any]] = {
            "pictures:drawn": ["rien", "400", "0" * 12],
            "pictures:photo": ["rien", "400"],
            "admin:view_on_site": [ContentType.objects.get_for_model(Order).pk, self.order.pk],
            "admin:app_list": ["orders"],
            "admin:campaign_approve": [self.campaign.pk],
            "admin:campaign_choose": [self.campaign.pk, "A"],
            "admin:campaign_progress": [self.campaign.pk],
            "admin:campaign_plain": [self.campaign.pk, "A"],
            "admin:campaign_schedule": [self.campaign.pk],
            "admin:standing_approve": [self.standing.pk],
            "admin:standing_stop": [self.standing.pk],
            "admin:campaign_verb": [self.campaign.pk, "annuler"],
            "florists:use_link": ["x" * 43],
        }
        if name in known:
            return known[name]
        if name.startswith("florists:") and "<str:token>" in pattern:
            return [links.token(Link(Purpose.OFFER, self.offer.public_id))]
        if "<str:public_id>" in pattern:
            return [self.job.public_id]
        if name.startswith("admin:florists_delivery_"):
            return [self.job.pk] if "<" in pattern else []
        if name.startswith("admin:orders_order_"):
            return [self.order.pk] if "<" in pattern else []
        row = self._row(name)
        return ([row.pk] if row is not None else None) if "<" in pattern else []

    def _row(self, name: str) -> Model | None:
        for model in admin.site._registry:
            if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
                rows = model._default_manager.all()
                return (rows.filter(username="catalogue") if model is User else rows).first()
        return None
