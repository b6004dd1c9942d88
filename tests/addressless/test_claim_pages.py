"""The recipient's pages over HTTP: accepting, refusing, undoing, and every dead end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from addressless import claims
from addressless.models import Claim, ClaimSession, PairBlock, Report
from florists import deliveries
from florists.models import AddressKey, SealedAddress
from interflora.lib import clock, links, reading
from notifications.models import Suppression
from orders.models import Refund
from tests.addressless.factories import age, let_window_end, make_draft, make_failed, make_invited, make_started
from tests.addressless.pages import Browser, address_data, read_stamp, session_of, text_of, url
from tests.florists.factories import make_address_key

pytestmark = pytest.mark.django_db
# The form's own token, and the page's own address in the language switch: all else must be the same.
OWN_VALUES = re.compile(r'value="(?:[^"]{64}|/cadeau/[^"]+)"')


def decline_in(browser: Browser, claim: Claim, choice: str, seconds: float = 5, text: str = "") -> Any:
    data = {"choice": choice, "shown": read_stamp(claim, seconds), "text": text}
    first = browser.submit(url("claim_decline"), **data)
    assert first.status_code == 200
    return browser.submit(url("claim_decline_confirm"), page=url("claim_decline"), **data)


def test_opening_page_shows_nothing_personal() -> None:
    claim = make_invited()
    answer = Browser().get(links.path(claim.link()))
    words = text_of(answer)
    assert answer.status_code == 200
    assert "Quelqu’un vous offre des fleurs, déjà payées." in words
    assert "Rien à payer. Votre adresse ne lui sera jamais montrée." in words
    assert "Camille" not in words
    assert "belle-adresse" not in words
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert ClaimSession.objects.count() == 0


def test_a_person_accepts() -> None:
    claim = make_invited()
    browser = Browser()
    assert "Camille vous offre ces fleurs" in text_of(browser.open_gift(claim))
    form = browser.submit(url("claim_accept"), postcode="35 000")
    assert "Nom sur la sonnette" in text_of(form)
    assert "que par le fleuriste qui livre, et par notre service en cas de difficulté." in text_of(form)
    answer = browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    assert (answer.status_code, answer["Location"]) == (302, url("claim_accepted"))
    claim.refresh_from_db()
    assert claim.status == "accepted"
    assert SealedAddress.objects.count() == 1
    for _reload in range(2):  # the code is where the page says it is, as long as this browser is the one that answered
        page = text_of(browser.get(url("claim_accepted")))
        assert "-".join(re.findall("....", links.code(claim.tracking_link()))) in page
        assert "il ne s’affiche que dans ce navigateur, et pour peu de temps." in page
        assert "Votre adresse n’est lue que par lui, et par notre service en cas de difficulté." in page
        assert "Hirondelles" not in page
    assert links.code(claim.tracking_link())[:4] not in text_of(Browser().get(url("claim_accepted")))


def test_after_the_answer_the_link_shows_the_same_page_as_any_ended_gift() -> None:
    accepted, canceled = make_invited(), make_invited(contact="noe@belle-adresse.example")
    browser = Browser()
    browser.open_gift(accepted)
    browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    claims.cancel_by_sender(canceled.pk)
    pages = [Browser().get(links.path(claim.link())) for claim in (accepted, canceled)]
    assert [page.status_code for page in pages] == [410, 410]
    bodies = [OWN_VALUES.sub("", page.content.decode()) for page in pages]
    assert bodies[0] == bodies[1]
    assert "Ce cadeau n’attend plus de réponse. Personne n’a rien à payer." in text_of(pages[0])


def test_wrong_address_keeps_what_was_typed_and_says_what_to_do() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    data = address_data(name="", day="2020-01-01", phone="12")
    answer = browser.submit(url("claim_accept_address"), page=url("claim_accept"), **data)
    words = text_of(answer)
    assert "Indiquez le nom que le fleuriste cherchera." in words
    assert "Ce jour n’est plus disponible" in words
    assert "Hirondelles-Canari" in answer.content.decode()
    assert Claim.objects.get(pk=claim.pk).status == "invited"


def test_without_an_address_key_the_answer_waits_and_nothing_typed_is_lost() -> None:
    claim = make_invited()
    AddressKey.objects.all().delete()
    browser = Browser()
    browser.open_gift(claim)
    answer = browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Nous ne pouvons pas garder d’adresse en ce moment" in page
    assert [value for value in address_data().values() if value not in page] == []
    assert (Claim.objects.get(pk=claim.pk).status, SealedAddress.objects.count()) == ("invited", 0)
    make_address_key()
    answer = browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    assert answer["Location"] == url("claim_accepted")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez le code postal"),
        ("abc", "Un code postal a cinq chiffres"),
        ("97110", "Nous ne connaissons pas ce code postal en France métropolitaine."),
        ("75011", "Aucun fleuriste du réseau ne livre encore ce code postal."),
    ],
)
def test_postcode_is_checked_first(typed: str, sentence: str) -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    assert sentence in text_of(browser.submit(url("claim_accept"), postcode=typed))


def test_decline_is_told_and_refunded_after_fifteen_minutes() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    answer = decline_in(browser, claim, "declined")
    assert answer["Location"] == url("claim_declined")
    assert "Vous pouvez revenir sur votre choix" in text_of(browser.get(url("claim_declined")))
    assert Browser().get(links.path(claim.link())).status_code == 410
    assert Refund.objects.count() == 0
    age(claim, settles_at=timedelta(minutes=15))
    assert claims.settle(claim.pk)
    assert "Elles ne seront pas livrées" in text_of(browser.get(url("claim_declined")))
    assert Refund.objects.count() == 1


def test_undo_brings_the_gift_back_in_that_session() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    decline_in(browser, claim, "declined")
    answer = browser.submit(url("claim_undo"), page=url("claim_declined"))
    assert answer["Location"] == url("claim_gift")
    assert browser.get(url("claim_gift")).status_code == 200
    assert Browser().get(links.path(claim.link())).status_code == 200


def test_quiet_refusal_leaves_the_link_as_it_was() -> None:
    claim = make_invited()
    before = Browser().get(links.path(claim.link())).content
    browser = Browser()
    browser.open_gift(claim)
    decline_in(browser, claim, "quiet")
    after = Browser().get(links.path(claim.link()))
    assert after.status_code == 200
    strip = re.compile(rb'value="[^"]{64}"')
    assert strip.sub(b"", after.content) == strip.sub(b"", before)
    assert "Nous n’avons rien dit à Camille" in text_of(browser.get(url("claim_declined")))


def test_a_quiet_refusal_can_be_taken_back_on_its_own_page() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    decline_in(browser, claim, "quiet")
    answer = browser.submit(url("claim_undo"), page=url("claim_declined"))
    assert answer["Location"] == url("claim_gift")
    assert browser.get(url("claim_gift")).status_code == 200


def test_report_keeps_the_words_and_the_card_for_staff() -> None:
    claim = make_invited()
    deliveries.set_card(claim.order.delivery, "Je sais où tu travailles.")
    browser = Browser()
    browser.open_gift(claim)
    decline_in(browser, claim, "reported", text="Il me suit.")
    report = Report.objects.get()
    assert (report.reason, report.text, report.card_text) == ("unwanted", "Il me suit.", "Je sais où tu travailles.")


def test_decline_without_a_choice_is_refused() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    for name in ("claim_decline", "claim_decline_confirm"):
        answer = browser.submit(url(name), page=url("claim_decline"), shown=read_stamp(claim))
        assert "Choisissez d’abord une des trois façons." in text_of(answer)
    row = Claim.objects.get(pk=claim.pk)
    assert (row.pending_answer, row.quiet_at) == ("", None)


@pytest.mark.parametrize("shown", ["1.9", "", "forged:123:abc"])
def test_decline_faster_than_a_person_reads_is_refused(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    stamp = read_stamp(claim, 1.9) if shown == "1.9" else shown
    answer = browser.submit(url("claim_decline_confirm"), page=url("claim_decline"), choice="declined", shown=stamp)
    assert "Prenez un instant pour lire" in text_of(answer)
    assert Claim.objects.get(pk=claim.pk).pending_answer == ""


def test_the_two_seconds_of_another_session_do_not_count() -> None:
    claim = make_invited()
    other = Browser()
    other.open_gift(claim)
    stolen = read_stamp(claim)
    browser = Browser()
    browser.open_gift(claim)
    browser.submit(url("claim_decline_confirm"), page=url("claim_decline"), choice="declined", shown=stolen)
    assert Claim.objects.get(pk=claim.pk).pending_answer == ""


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {}, {"Origin": "https://autre.example"}],
)
def test_answers_from_elsewhere_are_refused(headers: dict[str, str]) -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    data = {"choice": "declined", "shown": read_stamp(claim)}
    refused = [
        browser.submit(url("claim_decline_confirm"), page=url("claim_decline"), headers=headers, **data),
        browser.submit(url("claim_accept_address"), page=url("claim_accept"), headers=headers, **address_data()),
    ]
    assert [answer.status_code for answer in refused] == [403, 403]
    row = Claim.objects.get(pk=claim.pk)
    assert (row.status, row.pending_answer) == ("invited", "")


def test_without_the_page_s_token_nothing_is_posted() -> None:
    claim = make_invited()
    browser = Browser()
    assert browser.post(links.path(claim.link()), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    assert ClaimSession.objects.count() == 0


def test_unknown_revoked_and_malformed_links_share_one_page() -> None:
    claim = make_failed()
    old = links.path(claim.link())
    from addressless import invitations
    from tests.addressless.factories import make_gift

    invitations.correct(claim.pk, make_gift("email", "autre@exemple.example"))
    paths = [old, "/cadeau/" + "A" * 43 + "/", "/cadeau/pas-un-jeton/", links.path(make_draft().link())]
    answers = [Browser().get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 4
    bodies = {OWN_VALUES.sub("", answer.content.decode()) for answer in answers}
    assert len(bodies) == 1


def test_link_clicked_before_the_provider_answered_opens_the_gift() -> None:
    claim = make_started()
    assert claim.status == "draft"
    assert Browser().open_gift(claim).status_code == 200
    assert Claim.objects.get(pk=claim.pk).status == "invited"


def test_ended_window_shows_the_ended_page_before_the_sweeper_ran() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    let_window_end(claim)
    assert Browser().get(links.path(claim.link())).status_code == 410
    assert browser.get(url("claim_gift")).status_code == 410


def test_missing_cookie_says_to_reopen_the_message() -> None:
    answer = Browser().get(url("claim_gift"))
    assert answer.status_code == 403
    assert "Rouvrez le message" in text_of(answer)


def test_what_was_typed_comes_back_after_one_tap_when_the_session_ended() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    browser.get(url("claim_accept"))
    token = browser.cookies["boutique-csrf"].value
    past = clock.now() - timedelta(minutes=31)
    ClaimSession.objects.filter(pk=session_of(claim).pk).update(last_seen_at=past)
    data = address_data() | {"csrfmiddlewaretoken": token}
    stopped = browser.post(url("claim_accept_address"), data, headers={"Sec-Fetch-Site": "same-origin"})
    assert stopped.status_code == 403
    assert "Rien n’est perdu" in text_of(stopped)
    assert Claim.objects.get(pk=claim.pk).status == "invited"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', stopped.content.decode()))
    form = browser.post(url("claim_renew"), hidden, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Hirondelles-Canari" in form.content.decode()
    again = hidden | {"csrfmiddlewaretoken": browser.cookies["boutique-csrf"].value}
    answer = browser.post(url("claim_accept_address"), again, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer["Location"] == url("claim_accepted")


def test_corrected_contact_ends_the_sessions_of_the_old_link() -> None:
    from addressless import invitations
    from tests.addressless.factories import make_gift

    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    Claim.objects.filter(pk=claim.pk).update(contact_failed_at=clock.now())
    invitations.correct(claim.pk, make_gift("email", "autre@exemple.example"))
    assert browser.get(url("claim_gift")).status_code == 403


def test_gift_page_first_screen_has_at_most_45_words() -> None:
    claim = make_invited()
    body = Browser().open_gift(claim).content.decode()
    first = re.search(r"<section[^>]*data-first-screen.*?</section>", body, re.S)
    assert first
    screen = re.sub(r"<p[^>]*data-note.*?</p>", " ", first.group(0), flags=re.S)
    words = re.findall(r"\w[\w’'-]*", re.sub(r"<[^>]+>", " ", screen))
    assert len(words) <= 45
    assert "Camille saura : accepté, puis livré" in re.sub(r"\s+", " ", first.group(0)).replace("\u00a0", " ")


def test_invitation_code_leads_to_the_opening_page_and_follow_up_code_to_tracking() -> None:
    claim = make_invited()
    code = links.code(claim.link())
    answer = Browser().submit(url("verify"), code=f" {code[:4].lower()} {code[4:]}")
    assert answer["Location"] == links.path(claim.link())
    browser = Browser()
    browser.open_gift(claim)
    browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    followed = Browser().submit(url("verify"), code=links.code(claim.tracking_link()))
    assert followed["Location"] == links.path(claim.tracking_link())
    page = Browser().get(followed["Location"])
    assert "Nous cherchons le fleuriste" in text_of(page)
    assert "Hirondelles" not in page.content.decode()
    assert "Rennes" not in page.content.decode()


@pytest.mark.parametrize("typed", ["", "trop court", "0000-0000-0000"])
def test_a_code_that_is_not_ours_says_so(typed: str) -> None:
    answer = Browser().submit(url("verify"), code=typed)
    assert answer.status_code == 200
    assert "field__error" in answer.content.decode()


def test_guessing_codes_is_stopped() -> None:
    browser = Browser()
    statuses = [browser.submit(url("verify"), code="0000-0000-0000").status_code for _ in range(61)]
    assert (statuses[59], statuses[60]) == (200, 429)


def test_leave_me_alone_from_the_message_needs_a_choice_and_silences_the_contact() -> None:
    claim = make_invited()
    invited = claim.invited_contacts.get()
    path = links.path(claim.stop_link())
    old = reading.stamp(f"peace:{invited.pk}", clock.now() - timedelta(seconds=5))
    assert "Choisissez d’abord" in text_of(Browser().submit(path, shown=old))
    assert Suppression.objects.count() == PairBlock.objects.count() == 0
    assert "C’est noté." in text_of(Browser().submit(path, shown=old, choice="everybody"))
    assert Suppression.objects.get().digest == claim.contact_digest
    assert PairBlock.objects.get().until is None
    row = Claim.objects.get(pk=claim.pk)
    assert row.status == "invited"
    assert row.quiet_at is not None


def test_card_report_waits_in_the_queue_and_the_gift_stays_open() -> None:
    claim = make_invited()
    deliveries.set_card(claim.order.delivery, "Des mots déplacés.")
    browser = Browser()
    browser.open_gift(claim)
    answer = browser.submit(url("claim_report_card"), text="Ce message me gêne.")
    assert "Nous l’avons reçu." in text_of(answer)
    assert Report.objects.get().reason == "card"
    assert browser.get(url("claim_gift")).status_code == 200


def test_language_changes_on_a_page_without_referrer_and_comes_back_to_it() -> None:
    claim = make_invited()
    browser = Browser()
    browser.open_gift(claim)
    answer = browser.submit("/langue/setlang/", page=url("claim_gift"), language="en", next=url("claim_gift"))
    assert (answer.status_code, answer["Location"]) == (302, url("claim_gift"))
