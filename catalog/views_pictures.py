"""Pictures: drawn on demand and remembered by the process, or the photo the staff sent."""

from __future__ import annotations

import gzip
from functools import lru_cache

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog import photos
from catalog.drawing import Drawing
from catalog.models import Product

FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"
SIZES = {"small", "large"}


@lru_cache(maxsize=512)
def _packed(drawing: Drawing, size: str) -> bytes:
    return gzip.compress(drawing.svg(size).encode(), mtime=0)


@lru_cache(maxsize=2048)
def _known(slug: str, key: str) -> Drawing | None:
    product = Product.objects.filter(slug=slug, picture_key=key).first()
    return product.drawing if product else None


@require_safe
def drawn(request: HttpRequest, slug: str, size: str, key: str) -> HttpResponse:
    """A drawn bouquet. An old key (a frozen order line) shows the present drawing, kept five minutes."""
    if size not in SIZES:
        raise Http404
    drawing = _known(slug, key)
    is_current = drawing is not None
    if drawing is None:
        drawing = get_object_or_404(Product, slug=slug).drawing
    packed = _packed(drawing, size)
    is_gzipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if is_gzipped else gzip.decompress(packed), content_type="image/svg+xml")
    if is_gzipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOR_EVER if is_current else FOR_NOW
    return response


@require_safe
def photo(request: HttpRequest, name: str, size: str) -> HttpResponseBase:
    """A photo the staff sent; its name follows from its pixels, so it never changes."""
    if size not in SIZES or not default_storage.exists(photos.path(name, size)):
        raise Http404
    response = FileResponse(default_storage.open(photos.path(name, size)), content_type="image/jpeg")
    response["Cache-Control"] = FOR_EVER
    return response
