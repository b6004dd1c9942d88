"""Every route of both sites, and what to ask of it: a new route with arguments fails until it has a recipe here.

How to add one: a token or code of ours goes into ARGUMENTS (which argument of which route is opened by which of a
persona's keys); an admin page of a model goes into ROWS (the rows of one gift in that model's table). What a bare POST
would change for somebody entitled to change it goes into DECISIONS, and is not pressed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLPattern, URLResolver, get_resolver

from tests.leaks.gifts import Gift, World
from tests.leaks.matrix import FLORISTS, RECIPIENTS, SENDERS, STAFF, Persona

SITES = {"shop": "interflora.urls_shop", "backoffice": "interflora.urls_backoffice"}

# (route, argument) → the persona's key, or a constant after « = ». The first line that fits counts.
ARGUMENTS = (
    ("addressless:claim_open", "token", "claim"),
    ("addressless:gift_stop", "token", "stop"),
    ("addressless:tracking*", "token", "tracking"),
    ("addressless:gift_*", "token", "order"),
    ("orders:cart_line", "line_pk", "=1"),
    ("orders:*", "token", "order"),
    ("notifications:follow", "code", "=AbCdEf12"),
    ("notifications:stop", "token", "stop"),
    ("notifications:sign_up_confirm", "token", "stop"),
    ("catalog:product", "slug", "product"),
    ("catalog:occasion", "slug", "occasion"),
    ("pictures:drawn", "slug", "product"),
    ("pictures:drawn", "size", "=medium"),
    ("pictures:drawn", "key", "=0"),
    ("pictures:photo", "name", "=none"),
    ("pictures:photo", "size", "=medium"),
    ("florists:use_link", "token", "offer"),
    ("florists:*", "token", "offer"),
    ("florists:*", "public_id", "delivery"),
    ("admin:view_on_site", "content_type_id", "=1"),
    ("admin:view_on_site", "object_id", "=1"),
    ("admin:campaign_choose", "letter", "=A"),
    ("admin:campaign_plain", "letter", "=A"),
    ("admin:campaign_verb", "verb", "=pause"),
    ("admin:app_list", "app_label", "=florists"),
    ("admin:app_list", "app_label", "=orders"),
    ("admin:*", "url", "=florists/adresse"),
)
# Rows of one gift by table; « = » and a table: any rows, the model knows nothing of gifts.
ROWS = {
    "orders.order": "select {order}",
    "orders.payment": "select id from orders_payment where order_id = {order}",
    "orders.refund": "select r.id from orders_refund r join orders_payment p on p.id = r.payment_id"
    " where p.order_id = {order}",
    "orders.stripeevent": "select max(id) from orders_stripeevent",
    "addressless.claim": "select {claim}",
    "addressless.report": "select id from addressless_report where claim_id = {claim}",
    "addressless.review": "select id from addressless_review where claim_id = {claim}",
    "addressless.closedsender": "select c.id from addressless_closedsender c"
    " join addressless_report r on r.id = c.report_id where r.claim_id = {claim}",
    "addressless.worry": "select id from addressless_worry where claim_id = {claim}",
    "florists.delivery": "select {delivery}",
    "florists.addressread": "select id from florists_addressread where delivery_id = {delivery} order by id limit 2",
    "florists.florist": "select florist_id from florists_delivery where id = {delivery}",
    "notifications.message": "select id from notifications_message where about in"
    " ('order:{order_id}', 'claim:{claim_id}', 'delivery:{delivery_id}') order by id limit 3",
    "notifications.segment": "select min(id) from notifications_segment",
    "notifications.campaign": "select min(id) from notifications_campaign",
    "notifications.standingcampaign": "select min(id) from notifications_standingcampaign",
    "notifications.route": "select min(id) from notifications_route",
    "notifications.providerfault": "select min(id) from notifications_providerfault",
    "notifications.contact": "select min(id) from notifications_contact",
    "notifications.consent": "select min(id) from notifications_consent",
    "notifications.wording": "select min(id) from notifications_wording",
    "notifications.stopentry": "select min(id) from notifications_stopentry",
    "catalog.product": "select min(id) from catalog_product",
    "catalog.occasion": "select min(id) from catalog_occasion",
    "catalog.addon": "select min(id) from catalog_addon",
    "auth.user": "select min(id) from auth_user",
    "auth.group": "select min(id) from auth_group",
}
# What stands behind the « ? » of a page, where a page needs it.
QUERIES = {"admin:orders_order_refunds": "ids={order}"}
# Pressing these, bare, decides something for whoever may decide it.
DECISIONS: dict[str, frozenset[Persona]] = {
    "addressless:gift_cancel": SENDERS,
    "addressless:gift_resend": SENDERS,
    "addressless:gift_take_link": SENDERS,
    "addressless:claim_undo": RECIPIENTS,
    "addressless:tracking_neighbor": RECIPIENTS,
    "orders:cancel": SENDERS,
    "florists:accept": FLORISTS,
    "florists:sign_out": FLORISTS | STAFF,
    "admin:logout": STAFF,
    "admin:recovery_codes": STAFF,
    "set_language": frozenset(Persona),
}
# Pages of the admin are read; of their posts, the one that opens addresses is tried.
POSTED_IN_ADMIN = {"admin:florists_delivery_adresse": {"reason": "vérifier l’adresse"}}
GET_ONLY = re.compile(r"admin:(?!florists_delivery_adresse)")
_ADMIN_MODEL = re.compile(r"^gestion/(\w+)/(\w+)/")


class NoRecipe(LookupError):
    """A route asks for something that no recipe gives; says where to add it."""


@dataclass(frozen=True)
class Route:
    """One URL pattern of a site."""

    site: str
    name: str
    pattern: str
    arguments: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name, or its pattern when it has none."""
        return self.pattern if not self.name or self.name.endswith(":") else self.name

    @property
    def model(self) -> str:
        """« app.model » of an admin page about one object, "" for other pages."""
        found = _ADMIN_MODEL.match(self.pattern)
        return ".".join(found.groups()) if found and {"object_id", "pk", "id"} & set(self.arguments) else ""

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def is_for_machines(self) -> bool:
        """Webhooks: they read no cookie, so that one visitor stands for all."""
        return "webhook" in self.name

    @property
    def is_about_gift(self) -> bool:
        """Whether its answer depends on the gift: by an argument, or by the session."""
        keys = {key for argument in self.arguments for key in _keys(self, argument)}
        constant = all(key.startswith("=") or key in {"product", "occasion"} for key in keys)
        has_rows = "{" in ROWS.get(self.model, "")
        if self.is_admin:
            return has_rows
        return bool(keys and not constant) or self.name.startswith("addressless:claim")


@dataclass(frozen=True)
class Ask:
    """One request of the walk."""

    route: Route
    method: str
    path: str
    data: tuple[tuple[str, str], ...] = ()


def every_route() -> list[Route]:
    """Both url confs, flattened."""
    return [route for site, conf in SITES.items() for route in _flatten(site, get_resolver(conf), "", "")]


def _flatten(site: str, resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for found in resolver.url_patterns:
        pattern = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            names = found.pattern.converters or getattr(found.pattern, "regex").groupindex  # noqa: B009
            inner = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
            yield Route(site, space + (found.name or ""), pattern, tuple(dict.fromkeys([*names, *inner])))
        else:
            inner_space = f"{space}{found.namespace}:" if found.namespace else space
            yield from _flatten(site, found, pattern, inner_space)


def _keys(route: Route, argument: str) -> list[str]:
    first = next((name for name, arg, _key in ARGUMENTS if arg == argument and fnmatchcase(route.name, name)), None)
    return [key for name, arg, key in ARGUMENTS if name == first and arg == argument]


def checked() -> list[Route]:
    """Every route. Raises NoRecipe with one line per route that nobody has said how to ask."""
    routes = every_route()
    if lines := problems(routes):
        raise NoRecipe("\n".join(lines))
    return routes


def problems(routes: list[Route]) -> list[str]:
    """One line per route that nobody has said how to ask."""
    lines = []
    for route in routes:
        try:
            _check(route)
        except NoRecipe as problem:
            lines.append(str(problem))
    return lines


def _check(route: Route) -> None:
    if route.model:
        if route.model not in ROWS:
            raise NoRecipe(f"{route.label}: add the rows of {route.model} to ROWS in {__file__}")
        rest = [name for name in route.arguments if name not in {"object_id", "pk", "id"}]
    else:
        rest = list(route.arguments)
    for argument in rest:
        if not _keys(route, argument):
            raise NoRecipe(
                f"{route.site} route {route.label}: add its argument « {argument} » to ARGUMENTS in {__file__}"
            )


def asks(world: World, routes: list[Route], persona: Persona, gift: Gift, *, everything: bool = True) -> Iterator[Ask]:
    """Everything this persona asks about this gift: each route, read and, where it decides nothing, posted bare.

    Not asking for `everything`, posts go to the pages about the gift alone, and only the anonymous visitor goes to the
    webhooks: all others answered before, and their answer depends on no gift.
    """
    keys = keys_of(world, persona, gift)
    for route in routes:
        for path in _paths(world, route, gift, keys):
            if not everything and route.is_for_machines and persona != Persona.ANONYMOUS:
                continue
            yield Ask(route, "GET", path)
            if route.name in POSTED_IN_ADMIN:
                yield Ask(route, "POST", path, tuple(POSTED_IN_ADMIN[route.name].items()))
            elif GET_ONLY.match(route.name) or persona in DECISIONS.get(route.name, ()):
                continue
            elif everything or route.is_about_gift:
                yield Ask(route, "POST", path)


def keys_of(world: World, persona: Persona, gift: Gift) -> dict[str, str]:
    """What this persona puts into addresses. Who holds no token tries the numbers printed in messages."""
    keys = {"order": gift.ids["order"], "claim": gift.ids["claim"], "delivery": gift.ids["delivery"]}
    keys |= {"stop": gift.ids["claim"], "tracking": gift.ids["claim"], "offer": gift.ids["delivery"]}
    keys |= {"product": world.product, "occasion": world.occasion}
    held: set[str] = set()
    if persona in {Persona.SENDER, Persona.SENDER_INBOX}:
        held |= {"order"}
    if persona in {Persona.SENDER_INBOX, *RECIPIENTS} or (gift.channel == "personal_link" and persona in SENDERS):
        held |= {"claim", "stop"}
    if persona == Persona.RECIPIENT_AFTER:
        held |= {"tracking"}
    keys |= {name: gift.tokens[name] for name in held if gift.tokens.get(name)}
    if persona in world.other_orders:
        keys["order"] = world.other_orders[persona]
    if persona in gift.offers:
        keys["offer"] = gift.offers[persona]
    return keys


def _paths(world: World, route: Route, gift: Gift, keys: dict[str, str]) -> Iterator[str]:
    choices: list[list[str]] = []
    for argument in route.arguments:
        if route.model and argument in {"object_id", "pk", "id"}:
            choices.append(world.rows_of(gift, route.model, ROWS[route.model]) or ["1"])
        else:
            choices.append([key[1:] if key.startswith("=") else keys[key] for key in _keys(route, argument)])
    for values in itertools.product(*choices):
        query = QUERIES.get(route.name, "").format(**gift.rows)
        path = _fill(route.pattern, dict(zip(route.arguments, values, strict=True)))
        yield f"/{path}?{query}" if query else f"/{path}"


def _fill(pattern: str, values: dict[str, str]) -> str:
    """The path of a pattern; what is left of a regular expression is taken literally."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: values[found[1]], pattern)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], path)
    return path.replace("(_mime)?", "").replace("^", "").replace("$", "")
