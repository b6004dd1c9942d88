"""The shop window's pages. What they show of the catalogue is kept by its version (``catalog/fragments.py``), so
that a page usually costs one query, and never more than five."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog import shelves, versions
from catalog.browsing import PAGE_SIZES, Choice, Price, Sort
from catalog.fragments import remember
from catalog.models import Color, Product
from catalog.sheets import Sheet

ROBOTS = """User-agent: *
Disallow: /panier/
Disallow: /commande/
Disallow: /cadeau/
Disallow: /suivi/
Disallow: /stop/
Disallow: /verifier/
Disallow: /s/
Disallow: /langue/

Sitemap: {site_url}/sitemap.xml
"""
BESTSELLERS = 8
SUGGESTIONS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    version = versions.current()

    def build() -> str:
        hero = Product.objects.on_sale().filter(is_funeral=False).order_by("rank").first()
        cards = [card for card in shelves.favorites(BESTSELLERS + 1) if hero is None or card.slug != hero.slug]
        ctx = {"cards": cards[:BESTSELLERS], "hero": hero, "occasions": _facets(version).occasions}
        return render_to_string("catalog/_home.html", ctx)

    return render(request, "catalog/home.html", {"body": remember(version, "home", build)})


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    return _browse(request, "")


@require_safe
def occasion(request: HttpRequest, slug: str) -> HttpResponse:
    return _browse(request, slug)


def _facets(version: int) -> shelves.Facets:
    return remember(version, "facets", shelves.facets)


def _browse(request: HttpRequest, slug: str) -> HttpResponse:
    """A list page; on an occasion's own page the occasion comes from the address, elsewhere from the filters."""
    version = versions.current()
    facets = _facets(version)
    names = {one.slug: one for one in facets.occasions}
    if slug and slug not in names:
        raise Http404
    choice = Choice.read(request.GET, set(names))
    if slug and choice.is_plain:
        choice = replace(choice, occasion=slug)
    elif slug:
        return HttpResponsePermanentRedirect(
            reverse("catalog:list") + replace(choice, occasion=slug).query_string(page=choice.page)
        )
    ctx = {"choice": choice, "query": choice.text, "occasion": names.get(choice.occasion), "facets": facets}
    body = _list_body(ctx) if choice.text else remember(version, ("list", choice), lambda: _list_body(ctx))
    if not body:
        kept = replace(choice, occasion="") if slug else choice
        return HttpResponseRedirect(request.path + kept.query_string(page=shelves.last_page(choice)))
    return render(request, "catalog/list.html", ctx | {"body": body})


def _list_body(ctx: dict[str, Any]) -> str:
    """The list, ready; empty for a page after the last one."""
    choice: Choice = ctx["choice"]
    shelf = shelves.page_of(choice)
    if choice.page > 1 and not shelf.cards:
        return ""
    last = shelf.pages(choice.per_page)
    shown = (
        Paginator(range(shelf.total), choice.per_page).get_elided_page_range(min(choice.page, last))
        if shelf.total
        else []
    )
    more = {
        "shelf": shelf,
        "colors": Color.choices,
        "prices": Price.choices,
        "sorts": Sort.choices,
        "pages": [(number, choice.query_string(page=number) if isinstance(number, int) else "") for number in shown]
        if last > 1
        else [],
        "sizes": [(size, choice.query_string(per_page=size)) for size in PAGE_SIZES]
        if shelf.total > PAGE_SIZES[0]
        else [],
        "suggestions": [] if shelf.cards else shelves.favorites(SUGGESTIONS),
    }
    return render_to_string("catalog/_list.html", ctx | more)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product's page; a name that was never on sale answers 404."""
    version = versions.current()
    sheet = remember(version, ("product", slug), lambda: Sheet.of(slug))
    if not sheet.html_form:
        raise Http404
    return render(request, "catalog/product.html", {"sheet": sheet})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Home, lists, occasions and products, for search engines."""
    version = versions.current()

    def build() -> str:
        slugs = Product.objects.on_sale().order_by("slug").values_list("slug", "updated_at")
        ctx = {"site_url": settings.SITE_URL, "occasions": _facets(version).occasions, "products": slugs}
        return render_to_string("catalog/sitemap.xml", ctx)

    return HttpResponse(remember(version, "sitemap", build), content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: nothing that belongs to one person."""
    return HttpResponse(ROBOTS.format(site_url=settings.SITE_URL), content_type="text/plain; charset=utf-8")
