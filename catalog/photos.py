"""Photos the staff send in place of a drawing: checked, cut to the shape of the lists, and written anew."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
SMALLEST_SIDE = 400
SIZES = {"large": ((1200, 1500), 84), "small": ((400, 500), 76)}


class PhotoRefused(ValueError):
    """``code``: too_heavy, not_a_photo, too_large, too_small."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def path(name: str, size: str) -> str:
    return f"product-photos/{name}-{size}.jpg"


def keep(upload: BinaryIO, weight: int) -> str:
    """Writes both sizes and returns their common name, the same for the same photo. The file is decoded and encoded
    again, so that nothing of the original survives but its pixels: no place, no camera, no payload.
    ``weight``: its bytes. Raises ``PhotoRefused``."""
    picture = _decoded(upload, weight)
    drawn: dict[str, bytes] = {}
    for size, (shape, quality) in SIZES.items():
        out = BytesIO()
        ImageOps.fit(picture, shape, Image.Resampling.LANCZOS).save(
            out, "JPEG", quality=quality, optimize=True, progressive=True
        )
        drawn[size] = out.getvalue()
    name = hashlib.sha256(drawn["large"]).hexdigest()[:20]
    for size, data in drawn.items():
        if not default_storage.exists(path(name, size)):
            default_storage.save(path(name, size), ContentFile(data))
    return name


def _decoded(upload: BinaryIO, weight: int) -> Image.Image:
    if weight > LARGEST_BYTES:
        raise PhotoRefused("too_heavy")
    try:
        with warnings.catch_warnings():
            # The pixel limit below is ours; Pillow's own warning must not become a page.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=FORMATS)
            if picture.width * picture.height > LARGEST_PIXELS:
                raise PhotoRefused("too_large")
            if min(picture.size) < SMALLEST_SIDE:
                raise PhotoRefused("too_small")
            upright = ImageOps.exif_transpose(picture)
            clean = Image.new("RGB", upright.size, "white")
            layer = upright.convert("RGBA")
            clean.paste(layer, mask=layer.getchannel("A"))
            return clean
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PhotoRefused):
            raise
        code = "too_large" if isinstance(error, Image.DecompressionBombError) else "not_a_photo"
        raise PhotoRefused(code) from None
