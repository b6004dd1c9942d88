"""The back office of the catalogue: photos, pet flags, and a version bumped by every change."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog import photos, versions
from catalog.models import Color, Occasion, Product
from tests.catalog.factories import make_add_on, make_occasion, make_product
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]


@pytest.fixture
def staff(client: Client, backoffice: Any) -> Client:
    user = User.objects.create_user("catalogue", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="catalogue"))
    sign_in(client, user)
    return client


def picture(size: tuple[int, int] = (900, 1200), kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 40, 60)).save(out, kind, **more)
    return out.getvalue()


def posted(product: Product, **values: Any) -> dict[str, Any]:
    """What the form of ``product`` sends, changed by ``values``; None drops a field."""
    sent: dict[str, Any] = {
        name: getattr(product, name)
        for name in ("name", "slug", "headline", "story", "kind", "arrangement", "wrapping", "care", "vat_bp", "rank")
    }
    sent |= {"composition": json.dumps(product.composition), "colors": product.colors, "is_active": "on"}
    variants = list(product.variants.all())
    sent |= {"variants-TOTAL_FORMS": len(variants), "variants-INITIAL_FORMS": len(variants)}
    for number, variant in enumerate(variants):
        for name in ("id", "size", "price_cents", "height_cm", "width_cm", "stems"):
            sent[f"variants-{number}-{name}"] = getattr(variant, name)
        sent |= {f"variants-{number}-product": product.pk, f"variants-{number}-is_active": "on"}
    return {name: value for name, value in (sent | values).items() if value is not None}


def address(product: Product) -> str:
    return f"/gestion/catalog/product/{product.pk}/change/"


def test_a_photo_replaces_the_drawing_and_keeps_nothing_but_its_pixels(staff: Client, settings: Any) -> None:
    product = make_product()
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0)}
    sent = picture((1500, 900), exif=exif, comment=b"secret")
    before = versions.current()
    upload = SimpleUploadedFile("../../evil.php", sent, "image/jpeg")
    response = staff.post(address(product), posted(product, new_photo=upload))
    assert response.status_code == 302
    product.refresh_from_db()
    assert len(product.photo) == 20
    assert versions.current() == before + 1
    for size, shape in (("small", (400, 500)), ("large", (1200, 1500))):
        assert product.picture_url(size) == f"/images/photos/{product.photo}-{size}.jpg"
        served = staff.get(product.picture_url(size))
        assert served["Cache-Control"] == "public, max-age=31536000, immutable"
        data = b"".join(served.streaming_content)  # type: ignore[attr-defined]
        shown = Image.open(BytesIO(data))
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", shape, {})
        assert b"SpyCam" not in data and b"secret" not in data
    staff.post(address(product), posted(product, drop_photo="on"))
    product.refresh_from_db()
    assert product.picture_url().startswith("/images/bouquets/")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "pas une photo lisible"),
        ("photo.jpg", picture()[:400], "pas une photo lisible"),
        ("photo.gif", picture(kind="GIF"), "pas une photo lisible"),
        ("photo.jpg", picture((200, 200)), "trop petite"),
        ("photo.png", picture((8000, 8000), "PNG"), "trop de pixels"),
        ("photo.jpg", picture() + b"\0" * (8 * 1024 * 1024), "plus de 8\u00a0Mo"),
    ],
    ids=["svg", "cut", "gif", "small", "bomb", "heavy"],
)
def test_a_bad_upload_is_refused_with_a_sentence(staff: Client, name: str, data: bytes, sentence: str) -> None:
    product = make_product()
    before = versions.current()
    response = staff.post(address(product), posted(product, new_photo=SimpleUploadedFile(name, data, "image/jpeg")))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    product.refresh_from_db()
    assert (product.photo, versions.current()) == ("", before)


def test_the_same_photo_sent_twice_is_one_file() -> None:
    data = picture()
    assert photos.keep(BytesIO(data), len(data)) == photos.keep(BytesIO(data), len(data))


def test_a_toxic_flower_cannot_be_called_safe(staff: Client) -> None:
    product = make_product(
        composition=[{"species": "lily", "color": "white", "label": "lys", "stems": [3, 5, 9]}], colors=["white"]
    )
    page = staff.post(address(product), posted(product, is_pet_safe="on")).content.decode()
    assert "Toxique pour les animaux\u00a0: lys. Décochez cette case." in page
    product.refresh_from_db()
    assert product.is_pet_safe is False


def test_a_recipe_that_cannot_be_drawn_is_refused_beside_its_field(staff: Client) -> None:
    product = make_product()
    page = staff.post(address(product), posted(product, composition='[{"species": "triffid"}]')).content.decode()
    assert "Ligne 1\u00a0: il faut exactement species, color, label et stems." in page


def test_occasions_chosen_in_the_form_are_searched(staff: Client) -> None:
    product, occasion = make_product(), make_occasion("naissance", synonyms="bebe")
    assert staff.post(address(product), posted(product, occasions=[occasion.pk])).status_code == 302
    product.refresh_from_db()
    assert "bebe" in product.search_text


def test_renaming_an_occasion_reaches_its_products(staff: Client) -> None:
    product, occasion = make_product(), make_occasion("naissance")
    product.occasions.add(occasion)
    sent = {"name": "Bienvenue", "slug": "naissance", "headline": "x", "position": 1, "is_active": "on"}
    sent |= {"card_texts": "Bienvenue au monde.\n\n  Bravo.  "}
    assert staff.post(f"/gestion/catalog/occasion/{occasion.pk}/change/", sent).status_code == 302
    product.refresh_from_db()
    assert "bienvenue" in product.search_text
    assert Occasion.objects.get().card_texts == ["Bienvenue au monde.", "Bravo."]
    too_long = staff.post(f"/gestion/catalog/occasion/{occasion.pk}/change/", sent | {"card_texts": "a" * 256})
    assert "Trop long (255 signes au plus)" in too_long.content.decode()


def test_english_texts_are_written_beside_the_french_and_show_at_once(staff: Client) -> None:
    line = {"species": "rose", "color": "red", "label": "roses rouges", "label_en": "red roses", "stems": [9, 15, 25]}
    product, other = make_product(), make_product("autre", name="Autre")
    english = {"name_en": "Opera Red", "headline_en": "Red roses", "story_en": "The curtain.", "care_en": "Trim."}
    sent = posted(product, composition=json.dumps([line]), **english)
    assert staff.post(address(product), sent).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.has_english, product.sort_key_en) == ("Opera Red", True, "opera red")
    form = staff.get(address(product)).content.decode()
    assert re.search(r"fieldBox field-name\b.*?fieldBox field-name_en\b", form, re.S)
    waiting = staff.get("/gestion/catalog/product/?has_english__exact=0").content.decode()
    assert f"/{other.pk}/change/" in waiting
    assert f"/{product.pk}/change/" not in waiting


def test_card_texts_of_both_languages_are_fit_for_a_card(staff: Client) -> None:
    occasion = make_occasion("naissance")
    path = f"/gestion/catalog/occasion/{occasion.pk}/change/"
    sent = {"name": "Naissance", "slug": "naissance", "headline": "x", "position": 1, "is_active": "on"}
    sent |= {
        "name_en": "New baby",
        "headline_en": "y",
        "card_texts": "Bravo.",
        "card_texts_en": "Welcome.\n Well done. ",
    }
    assert staff.post(path, sent).status_code == 302
    occasion.refresh_from_db()
    assert (occasion.card_texts_en, occasion.has_english) == (["Welcome.", "Well done."], True)
    assert "Welcome.\nWell done.</textarea>" in staff.get(path).content.decode()
    for name in ("card_texts", "card_texts_en"):
        refused = staff.post(path, sent | {name: "Bravo.\nÉcris à lea@exemple.fr"}).content.decode()
        assert "ni @\u00a0: «\u00a0Écris à lea@exemple.fr…\u00a0»" in refused


def test_lists_open_and_actions_bump_the_version(staff: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        make_product(f"produit-{number}")
    make_add_on()
    make_occasion()
    with django_assert_max_num_queries(12):
        assert "35,00\u00a0€" in staff.get("/gestion/catalog/product/").content.decode()
    for name in ("addon", "occasion", "product"):
        assert staff.get(f"/gestion/catalog/{name}/").status_code == 200
        assert staff.get(f"/gestion/catalog/{name}/add/").status_code == 200
    before = versions.current()
    chosen = {"action": "take_off_sale", "_selected_action": list(Product.objects.values_list("pk", flat=True))}
    staff.post("/gestion/catalog/product/", chosen)
    assert not Product.objects.on_sale().exists()
    assert versions.current() == before + 1


def test_support_sees_products_and_changes_nothing(client: Client, backoffice: Any) -> None:
    user = User.objects.create_user("support", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="support"))
    sign_in(client, user)
    product = make_product()
    assert client.get(address(product)).status_code == 200
    assert client.post(address(product), posted(product, name="Volé")).status_code == 403
    product.refresh_from_db()
    assert product.name == "Rouge Opéra"


def test_who_may_only_look_reads_colors_by_name_and_no_question_about_a_photo(staff: Client) -> None:
    product = make_product()
    support = User.objects.create_user("support", is_staff=True)
    support.groups.add(Group.objects.get(name="support"))
    sign_in(staff, support)
    text = staff.get(reverse("admin:catalog_product_change", args=[product.pk])).content.decode()
    assert str(Color(product.colors[0]).label) in text
    assert ("field-new_photo" in text, "field-drop_photo" in text) == (False, False)
