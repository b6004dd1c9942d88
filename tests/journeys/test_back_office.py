"""Staff come in, on a telephone and at a desk, enroll, lose the telephone, come back, and wait after too many tries."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stack import JourneyStack


def add_person(stack: JourneyStack, name: str) -> None:
    """Somebody on the first day: the password of a demonstration account, no telephone yet."""
    stack.sql(
        "insert into auth_user"
        " (username, password, is_staff, is_superuser, is_active, first_name, last_name, email, date_joined)"
        " select %s, password, true, true, true, '', '', '', now() from auth_user where username = 'admin'",
        name,
    )


def give_password(page: Page, stack: JourneyStack, name: str, password: str = steps.PASSWORD) -> None:
    page.goto(stack.backoffice_url + "gestion/")
    steps.look(page)
    page.get_by_label("Nom d’utilisateur").fill(name)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Connexion").click()


def code_of_written_key(page: Page, stack: JourneyStack) -> str:
    """What an application shows once the written key was typed into it."""
    generator = TOTP(base64.b32decode(page.locator("code").first.inner_text().replace(" ", "")))
    generator.time = stack.now().timestamp()
    return f"{generator.token():06d}"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1440"])
def test_a_first_day_and_a_lost_telephone(
    stack: JourneyStack, person: Callable[..., Page], viewport: dict[str, int]
) -> None:
    name = f"nouvelle-{viewport['width']}"
    add_person(stack, name)
    page = person(viewport)
    give_password(page, stack, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre compte")
    page.wait_for_function("() => (picture => picture.complete && picture.naturalWidth > 0)(document.images[0])")
    steps.look(page)
    page.get_by_label("Code à six chiffres").fill(code_of_written_key(page, stack))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    papers = page.locator(".recovery-codes code").all_inner_texts()
    assert len(papers) == 10
    steps.look(page)
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page.locator("body")).to_contain_text("À traiter")

    page.get_by_role("link", name="Mon second facteur").click()
    expect(page.locator("main")).to_contain_text("Il vous reste 10 codes de secours.")
    steps.look(page)
    page.get_by_role("button", name="Déconnexion").click()

    give_password(page, stack, name)
    page.get_by_role("link", name="donner un code de secours").click()
    steps.look(page)
    page.get_by_label("Code de secours").fill(papers[0].lower())
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator(".messagelist")).to_contain_text("Il vous reste 9 codes de secours.")
    page.goto(stack.backoffice_url + "gestion/confirmer/")
    steps.look(page)
    page.get_by_label("Mot de passe").fill(steps.PASSWORD)
    page.get_by_label("Code à six chiffres").fill(papers[1])
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("body")).to_contain_text("À traiter")


@pytest.mark.parametrize("scripts", [True, False], ids=["keyboard", "no scripts"])
def test_a_sign_in_by_keyboard_and_without_scripts(
    stack: JourneyStack, person: Callable[..., Page], scripts: bool
) -> None:
    page = person(DESK, scripts=scripts)
    page.goto(stack.backoffice_url + "gestion/")
    page.get_by_label("Nom d’utilisateur").focus()
    page.keyboard.type("support" if scripts else "reseau")
    page.keyboard.press("Tab")
    page.keyboard.type(steps.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")
    code = page.locator("[data-demo-code]").inner_text()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "code":
            break
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("À traiter")


def test_a_wrong_code_says_so_and_too_many_passwords_wait(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page = person()
    give_password(page, stack, "catalogue")
    page.get_by_label("Code à six chiffres").fill("12 34")
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator(".errorlist")).to_contain_text("Ce code n’est pas le bon")
    steps.look(page)
    stranger = person()
    for _ in range(5):
        give_password(stranger, stack, "inconnue", "mot-de-passe-faux")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Connexion fermée pour une demi-heure")
    steps.look(stranger)
