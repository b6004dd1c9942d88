import pytest

from interflora.lib import contacts, crypto, phones
from interflora.lib.contacts import InvalidContact


@pytest.mark.parametrize(
    ("channel", "typed", "expected"),
    [
        ("email", "  Jeanne.Durand@Exemple.FR ", "Jeanne.Durand@exemple.fr"),
        ("email", "a@châtelet.fr", "a@xn--chtelet-qwa.fr"),
        ("sms", "06 12 34 56 78", "+33612345678"),
        ("sms", "0033 6 12 34 56 78", "+33612345678"),
        ("sms", "+33 (0)7.56.78.90.12", "+33756789012"),
        ("twitter_dm", "@Jeanne_D", "Jeanne_D"),
        ("twitter_dm", "https://x.com/Jeanne_D?s=20", "Jeanne_D"),
        ("twitter_dm", "twitter.com/Jeanne_D/", "Jeanne_D"),
    ],
)
def test_what_people_type_has_one_form(channel: str, typed: str, expected: str) -> None:
    assert contacts.normalize(channel, typed) == expected


@pytest.mark.parametrize(
    ("channel", "typed", "code"),
    [
        ("email", "", "empty"),
        ("email", "jeanne", "syntax"),
        ("email", "jeanne@", "syntax"),
        ("email", "a\nb@exemple.fr", "syntax"),
        ("email", "a" * 250 + "@exemple.fr", "too_long"),
        ("sms", "12", "syntax"),
        ("sms", "01 42 34 56 78", "not_mobile"),
        ("sms", "+32 470 12 34 56", "country"),
        ("sms", "+590 690 12 34 56", "country"),
        ("twitter_dm", "@", "syntax"),
        ("twitter_dm", "jeanne durand", "syntax"),
        ("twitter_dm", "a" * 16, "too_long"),
    ],
)
def test_nonsense_is_named(channel: str, typed: str, code: str) -> None:
    with pytest.raises(InvalidContact) as refused:
        contacts.normalize(channel, typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("email", "Jeanne+fleurs@exemple.fr", "jeanne@exemple.fr"),
        ("email", "j.e.anne@gmail.com", "jeanne@googlemail.com"),
        ("twitter_dm", "Jeanne_D", "jeanne_d"),
    ],
)
def test_two_spellings_of_one_contact_share_a_digest(channel: str, one: str, other: str) -> None:
    keys = {contacts.match_key(channel, contacts.normalize(channel, typed)) for typed in (one, other)}
    assert len({crypto.gift_digest(key) for key in keys}) == 1


def test_gift_and_marketing_digests_share_nothing() -> None:
    assert crypto.gift_digest("+33612345678") != crypto.contact_digest("+33612345678")


def test_fields_are_encrypted_and_come_back() -> None:
    blob = crypto.encrypt("Jeanne – 69002 Lyon")
    assert b"Jeanne" not in blob
    assert crypto.decrypt(blob) == "Jeanne – 69002 Lyon"
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(b"not ours")


def test_phones_are_shown_as_french_people_write_them() -> None:
    assert phones.display("+33612345678") == "06\u00a012\u00a034\u00a056\u00a078"
