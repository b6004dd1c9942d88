"""The shop window's pages. Fragments are cached by catalogue version (``catalog/versions.py``)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from catalog.models import AddOn, Occasion, Product


def home(request: HttpRequest) -> HttpResponse:
    products = Product.objects.on_sale().with_prices()[:8]
    return render(request, "catalog/home.html", {"products": products})


def product_list(request: HttpRequest) -> HttpResponse:
    products = Product.objects.on_sale().with_prices()[:48]
    return render(request, "catalog/list.html", {"products": products})


def occasion(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Occasion, slug=slug, is_active=True)
    products = Product.objects.on_sale().with_prices().for_occasion(slug)[:48]
    return render(request, "catalog/list.html", {"products": products, "occasion": shown})


def product(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Product.objects.on_sale(), slug=slug)
    ctx = {
        "product": shown,
        "variants": shown.variants.filter(is_active=True),
        "add_ons": AddOn.objects.filter(is_active=True),
    }
    return render(request, "catalog/product.html", ctx)
