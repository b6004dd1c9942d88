"""The pages of words and the error pages: they open, they say who we are, and they carry nothing inline."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from catalog.models import Occasion

TITLES = {
    "pages:without_address": "Offrir sans connaître l’adresse",
    "pages:help": "Aide et contact",
    "pages:terms": "Conditions générales de vente",
    "pages:legal": "Mentions légales",
    "pages:privacy": "Confidentialité",
    "pages:accessibility": "Accessibilité",
}
# Pages only: e-mail clients read inline styles, Django's admin has its own style sheet.
TEMPLATES = [
    path
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
    if "messages" not in path.relative_to(settings.BASE_DIR / "templates").parts[:1]
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_page_of_words_opens_with_its_title_and_our_identity(client: Client, name: str, title: str) -> None:
    response = client.get(reverse(name), headers={"accept-language": "fr"})
    html = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert f"<title>{title} – {settings.HOUSE['name']}</title>" in html
    assert html.count("<h1>") == 1
    assert settings.HOUSE["company"] in html
    assert "RCS Paris 000\u00a0000\u00a0000" in html


@pytest.mark.django_db
def test_occasions_page_lists_the_active_ones_only(client: Client) -> None:
    Occasion.objects.create(slug="naissance", name="Naissance", headline="Des fleurs pour une naissance")
    Occasion.objects.create(slug="hiver", name="Hiver", headline="Des fleurs en hiver", is_active=False)
    html = client.get(reverse("pages:occasions")).content.decode()
    assert 'href="/occasions/naissance/"' in html
    assert "/occasions/hiver/" not in html


@pytest.mark.django_db
def test_page_of_words_refuses_a_post(client: Client) -> None:
    assert client.post(reverse("pages:legal")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db
def test_unknown_page_is_kind_and_shows_ways_out(client: Client) -> None:
    response = client.get("/rien-du-tout/", headers={"accept-language": "fr"})
    html = response.content.decode()
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "Cette page n’existe pas" in html
    ways = re.findall(r'<li><a href="([^"]+)"', html)
    assert ways == ["/bouquets/", "/sans-adresse/", "/verifier/", "/aide/"]
    assert [client.get(way).status_code for way in ways] == [HTTPStatus.OK] * 4


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_page_needs_no_context(name: str) -> None:
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert '<meta name="robots" content="noindex">' in html


def test_no_template_has_an_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|javascript:")
    assert [path.name for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))] == []


def test_every_robots_block_is_a_tag_and_prints_no_word() -> None:
    block = re.compile(r"{% block robots %}(.*?){% endblock(?: robots)? %}", re.S)
    tag = re.compile(r'(?:{% if [^%]+ %})?(?:<meta name="robots" content="noindex[a-z, ]*">)?(?:{% endif %})?')
    blocks = [(path.name, found) for path in TEMPLATES for found in block.findall(path.read_text(encoding="utf-8"))]
    assert len(blocks) > 10
    assert [(name, found) for name, found in blocks if not tag.fullmatch(found)] == []


def test_a_code_in_a_title_leaves_the_title_face() -> None:
    """Its figures are old-style only: a 0 would read like an o."""
    code = re.compile(r"(?:<h[1-3]|class=\"eyebrow).*(?:\|grouped|{{ (?:order|delivery|code) }})")
    shop = [path for path in TEMPLATES if "admin" not in path.parts]
    lines = [line for path in shop for line in path.read_text(encoding="utf-8").splitlines() if code.search(line)]
    assert len(lines) >= 2
    assert [line.strip() for line in lines if "reference" not in line] == []


def test_no_template_asks_another_host() -> None:
    """Schema.org is a vocabulary, not a request."""
    foreign = re.compile(r"(?:src|href|action)=\"(?:https?:)?//(?!schema\.org)")
    assert [path.name for path in TEMPLATES if foreign.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
def test_page_loads_one_style_sheet_one_face_and_nothing_foreign(client: Client) -> None:
    html = client.get(reverse("pages:help")).content.decode()
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', html) == ["/static/build/shop.css"]
    assert re.findall(r'rel="preload" href="([^"]+)"', html) == ["/static/fonts/rosarivo-latin-400-normal.woff2"]
    assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []
