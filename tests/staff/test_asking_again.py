"""Every page and action of the back office says whether it wants a fresh proof; a new one must say it too."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from florists import address_keys
from florists.models import Florist
from orders.models import Refund
from tests.staff.conftest import PROVE
from tests.web.backoffice_world import World
from tests.web.routes import routes

pytestmark = pytest.mark.django_db

# Money that moves, addresses that open, senders closed or opened again, and the rights and ways in that lead to them.
ACTIONS_THAT_ASK = {
    "orders.order.cancel_and_refund",
    "orders.refund.ask_again",
    "orders.payment.acknowledge",
    "addressless.report.stop_gift",
    "addressless.report.close_sender",
    "addressless.review.refuse",
    "auth.user.reset_second_factor",
}
PAGES_THAT_ASK = {
    "orders_order_refunds",
    "orders_order_refund",
    "orders_order_decide",
    "florists_delivery_adresse",
    "florists_florist_add",
    "addressless_closedsender_delete",
    "auth_user_add",
    "auth_user_change",
    "auth_user_password_change",
    "auth_group_add",
    "auth_group_change",
    "auth_group_delete",
    "contact_proofs",
    "recovery_codes",
    "enroll",
    "enroll_key",
}
# Work of every day: no money moves, nothing opens.
OTHER_ACTIONS = {
    "orders.order.mark_solved",
    "addressless.report.warn_sender",
    "addressless.report.dismiss",
    "addressless.worry.mark_handled",
    "addressless.review.send",
    "auth.user.unlock",
    "florists.delivery.reassign",
    "florists.delivery.close",
    "florists.addressread.review",
    "notifications.message.send_again",
    "notifications.contact.stop_texts",
    "notifications.segment.delete_selected",
    "notifications.route.delete_selected",
    "notifications.providerfault.delete_selected",
    "catalog.product.put_on_sale",
    "catalog.product.take_off_sale",
    "catalog.product.delete_selected",
    "catalog.occasion.delete_selected",
    "catalog.addon.delete_selected",
}
OTHER_PAGES = {
    "florists_delivery_proposer",
    "florists_delivery_date",
    "campaign_approve",
    "campaign_choose",
    "campaign_counter",
    "campaign_panic",
    "campaign_plain",
    "campaign_progress",
    "campaign_schedule",
    "campaign_verb",
    "standing_approve",
    "standing_stop",
    "contact_import",
    "segment_count",
}
# Before or around the work: the sign-in itself, one's own account, Django's.
FRAME = {"index", "login", "logout", "board", "second_factor", "code", "prove", "password_change"}
FRAME |= {"password_change_done", "autocomplete", "jsi18n", "view_on_site", "app_list"}


@pytest.fixture
def world(staff_groups: None, settings: Settings, request: pytest.FixtureRequest) -> World:
    made = World()
    request.getfixturevalue("backoffice")
    address_keys.rotate()
    made.open_doors()
    return made


@pytest.fixture
def late(world: World) -> Client:
    """Somebody who may do everything, in for eleven minutes."""
    client = world.browsers["stale"]
    reader = Permission.objects.get(codename="read_address")
    reader.user_set.add(client.session["_auth_user_id"])
    return client


def actions(client: Client) -> dict[str, str]:
    """« app.model.action » → the list it is offered on, as somebody with every right is."""
    request = RequestFactory().get("/")
    request.user = client.get(reverse("admin:index")).wsgi_request.user
    return {
        f"{model._meta.label_lower}.{name}": f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model, pages in admin.site._registry.items()
        for name in pages.get_actions(request)
    }


def test_every_action_is_listed_and_those_of_the_first_list_ask(late: Client) -> None:
    offered = actions(late)
    assert set(offered) == ACTIONS_THAT_ASK | OTHER_ACTIONS
    assert not ACTIONS_THAT_ASK & OTHER_ACTIONS
    for name in sorted(ACTIONS_THAT_ASK):
        model = next(model for model in admin.site._registry if name.startswith(f"{model._meta.label_lower}."))
        row = model._default_manager.latest("pk")
        data = {"action": name.rpartition(".")[2], "_selected_action": [row.pk]}
        answer = late.post(reverse(offered[name]), data, follow=True)
        assert answer.redirect_chain[-1][0].startswith(PROVE), name
        assert model._default_manager.filter(pk=row.pk).values().get() == row_values(row), name
    assert Refund.objects.count() == 1


def row_values(row: object) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # type: ignore[attr-defined]


def test_every_page_is_listed_and_those_of_the_first_list_ask(late: Client, world: World) -> None:
    ours = {}
    for name, pattern in routes("interflora.urls_backoffice").items():
        short = name.removeprefix("admin:")
        # Django's five pages of each model: those that ask are in the list, the matrix of access holds the others.
        generic = short.endswith(("_changelist", "_add", "_history", "_delete", "_change")) and "_" in short
        if name.startswith("admin:") and short not in FRAME and (not generic or short in PAGES_THAT_ASK):
            ours[short] = reverse(name, args=world.args(name, pattern))
    assert set(ours) == PAGES_THAT_ASK | OTHER_PAGES
    for name in sorted(PAGES_THAT_ASK):
        for method in (late.get, late.post):
            answer = method(f"{ours[name]}?ids={world.order.pk}")
            if answer.status_code != 405:
                assert answer.headers["Location"].startswith(PROVE), name
    assert Refund.objects.count() == 1


def test_a_florist_s_links_are_not_sent_elsewhere_without_it(late: Client, world: World) -> None:
    """Whoever gets the links of a florist reads the addresses of their deliveries."""
    florist = world.other
    url = reverse("admin:florists_florist_change", args=[florist.pk])
    form = late.get(url).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {f"closing_days-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for moved in ({"email": "ailleurs@fleurs.example"}, {"phone": "+33611223344"}):
        assert late.post(url, data | moved).headers["Location"].startswith(PROVE)
    answer = late.post(url, data | {"daily_capacity": "3"})
    assert answer.headers["Location"] == reverse("admin:florists_florist_changelist")
    kept = Florist.objects.get(pk=florist.pk)
    assert (kept.email, kept.phone, kept.daily_capacity) == (florist.email, florist.phone, 3)
