"""Texts: what Twilio refuses at create, what becomes of a text afterwards, and texts that come in.

Numbers that decide by themselves: `+336000` or `+337000` followed by five digits of an error code. Codes 2xxxx are
refused at create (`+33600021610`: opted out), codes 3xxxx come later as undelivered (`+33600030003`: unreachable).
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from standins.inbox import keep
from standins.twilio.segments import count, encoding
from standins.world import TWILIO_SERVICE, TWILIO_SID, World, hex_id

JSON = dict[str, Any]
# Senders of this account: the Messaging Service's alphanumeric name and a long number for answers.
SENDER_NAME = "Interflora"
SENDER_NUMBER = "+33757000000"
COUNTRIES = ("+33", "+32", "+352", "+41", "+377", "+590", "+594", "+596", "+262", "+1500555")
MAGIC = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610}
MAGIC |= {"+15005550008": 21611, "+15005550009": 21614}
CODE_IN_NUMBER = re.compile(r"^\+33[67]000([23]\d{4})$")
E164 = re.compile(r"^\+[1-9]\d{6,14}$")
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
START_WORDS = {"START", "YES", "UNSTOP"}
FINAL = {"delivered", "undelivered", "failed", "canceled", "read"}
REFUSALS = {
    21211: "The 'To' number {to} is not a valid phone number.",
    21212: "The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
    21265: "The 'To' number {to} cannot be a Short Code.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number {sender} is not a valid, SMS-capable number for your account.",
    21609: "Invalid StatusCallback url.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number.",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21635: "'To' number cannot be a landline",
    21661: "The 'From' number is not SMS capable.",
    35114: "The scheduled time must be between 15 minutes and 35 days from now.",
}
LATER = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}
PARAMETERS = {
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "MediaUrl",
    "ContentSid",
    "StatusCallback",
    "ApplicationSid",
    "MaxPrice",
    "ProvideFeedback",
    "Attempt",
    "ValidityPeriod",
    "ForceDelivery",
    "ContentRetention",
    "AddressRetention",
    "SmartEncoded",
    "PersistentAction",
    "TrafficType",
    "ShortenUrls",
    "ScheduleType",
    "SendAt",
    "SendAsMms",
    "ContentVariables",
    "RiskCheck",
    "FallbackFrom",
    "MessageIntent",
}
FIXED = {
    "ContentRetention": {"retain", "discard"},
    "AddressRetention": {"retain", "obfuscate"},
    "TrafficType": {"free"},
    "ScheduleType": {"fixed"},
    "RiskCheck": {"enable", "disable"},
}
BOOLEANS = ("ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "SendAsMms")
PLAINER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


class Refused(Exception):
    """A refusal of Twilio's with its five-digit code."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def _refuse(code: int, to: str = "", sender: str = "") -> Refused:
    return Refused(code, REFUSALS.get(code, "The message was refused.").format(to=to, sender=sender))


def _web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def check(world: World, form: dict[str, str]) -> None:
    """Refuse what Twilio would; names it does not know are refused too, so that a typing error shows at once."""
    for name, value in form.items():
        if name not in PARAMETERS:
            raise Refused(20001, f"Unknown parameter: {name}")
        if name in FIXED and value not in FIXED[name]:
            raise Refused(20001, f"{name} must be one of {', '.join(sorted(FIXED[name]))}")
        if name in BOOLEANS and value.lower() not in {"true", "false"}:
            raise Refused(20001, f"{name} must be true or false")
    _check_recipient(form.get("To", ""))
    _check_sender(form)
    _check_text(form)
    _check_schedule(world, form)
    if world.store.get("opt_out", form["To"]) is not None:
        raise _refuse(21610)


def _check_sender(form: dict[str, str]) -> None:
    to, sender = form["To"], form.get("From", "")
    if not sender and "MessagingServiceSid" not in form:
        raise _refuse(21603, to)
    if form.get("MessagingServiceSid", TWILIO_SERVICE) != TWILIO_SERVICE:
        raise Refused(21705, "The Messaging Service Sid is invalid or does not belong to this account")
    if sender and sender not in {SENDER_NUMBER, "+15005550006"}:
        if sender[0] == "+":
            raise _refuse(21606 if E164.match(sender) else 21212, to, sender)
        if not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|\d{5}", sender):
            raise _refuse(21212, to, sender)


def _check_text(form: dict[str, str]) -> None:
    if not form.get("Body") and "MediaUrl" not in form and "ContentSid" not in form:
        raise _refuse(21602)
    if len(form.get("Body", "")) > 1600:
        raise _refuse(21617)
    if "StatusCallback" in form and not _web_address(form["StatusCallback"]):
        raise _refuse(21609)
    period = form.get("ValidityPeriod", "36000")
    if not (period.isdigit() and 1 <= int(period) <= 36_000):
        raise Refused(20001, "ValidityPeriod must be between 1 and 36000 seconds")


def _check_recipient(to: str) -> None:
    if not to:
        raise _refuse(21604)
    code = MAGIC.get(to, 0)
    if (match := CODE_IN_NUMBER.match(to)) and match[1].startswith("2"):
        code = int(match[1])
    if not E164.match(to):
        code = 21211
    elif not to.startswith(COUNTRIES):
        code = 21408
    elif to.startswith("+33"):
        code = code or (21211 if len(to) != 12 else 0 if to[3] in "67" else 21614)
    if code:
        raise _refuse(code, to)


def _check_schedule(world: World, form: dict[str, str]) -> None:
    if ("SendAt" in form) != ("ScheduleType" in form):
        raise Refused(35111, "SendAt and ScheduleType go together")
    if "SendAt" not in form:
        return
    if "MessagingServiceSid" not in form:
        raise Refused(35118, "MessagingServiceSid is required to schedule a message")
    try:
        at = datetime.fromisoformat(form["SendAt"])
    except ValueError:
        raise Refused(35114, REFUSALS[35114]) from None
    ahead = at - datetime.fromtimestamp(world.now(), UTC)
    if not timedelta(minutes=15) <= ahead <= timedelta(days=35):
        raise _refuse(35114)


def create(world: World, form: dict[str, str], outcome: str = "", error_code: int | None = None) -> JSON:
    """Take a text that passed `check`, keep it, and set its deliverance going. Returns the stored message."""
    by_service = "MessagingServiceSid" in form
    text = form.get("Body", "")
    if form.get("SmartEncoded", "").lower() == "true":
        text = text.translate(PLAINER)
    status = "scheduled" if "SendAt" in form else "accepted" if by_service else "queued"
    sid = hex_id("SM")
    parts = count(text)
    body: JSON = {
        "sid": sid,
        "to": form["To"],
        "from": form.get("From", ""),
        "sender": form.get("From") or SENDER_NAME,
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "body": text,
        "status": status,
        "direction": "outbound-api",
        "created": world.now(),
        "updated": world.now(),
        "sent": None,
        "parts": parts,
        "error_code": None,
        "callback": form.get("StatusCallback", ""),
        "outcome": outcome or "delivered",
        "outcome_code": error_code,
        "shown_id": "",
    }
    if (match := CODE_IN_NUMBER.match(form["To"])) and match[1].startswith("3"):
        body |= {"outcome": "undelivered", "outcome_code": int(match[1])}
    shown = keep(
        world,
        "sms",
        to=form["To"],
        sender=body["sender"],
        text=text,
        provider_id=sid,
        status=status,
        segments=parts,
        encoding=encoding(text),
    )
    body["shown_id"] = shown["id"]
    return world.store.put("sms", sid, body)


def move(world: World, body: JSON, status: str, error_code: int | None = None) -> None:
    """Change a text's status and tell the shop, if it gave an address for that."""
    body |= {"status": status, "error_code": error_code, "updated": world.now()}
    if status in {"sent", "delivered", "undelivered"} and not body["sent"]:
        body["sent"] = world.now()
    world.store.put("sms", body["sid"], body)
    shown = world.store.get("message", body["shown_id"])
    if shown is not None:
        shown["status"] = status
        world.store.put("message", shown["id"], shown)
    if not body["callback"]:
        return
    form = {
        "MessageSid": body["sid"],
        "SmsSid": body["sid"],
        "MessageStatus": status,
        "SmsStatus": status,
        "To": body["to"],
        "From": body["sender"],
        "AccountSid": TWILIO_SID,
        "ApiVersion": "2010-04-01",
    }
    if body["messaging_service_sid"]:
        form["MessagingServiceSid"] = body["messaging_service_sid"]
    if error_code:
        form["ErrorCode"] = str(error_code)
    if status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
    world.webhooks.twilio("status", body["sid"], body["callback"], form)


async def deliver(world: World, sid: str) -> None:
    """Carry a text to its end: sent, then delivered, undelivered or failed (outcome "sent": the last word)."""
    for step in ("sent", "end"):
        await asyncio.sleep(world.config.delay)
        body = world.store.get("sms", sid)
        if body is None or body["status"] in FINAL | {"scheduled"}:
            return
        if step == "sent" and body["outcome"] != "failed":
            move(world, body, "sent")
        elif step == "end" and body["outcome"] not in {"sent", "queued"}:
            code = body["outcome_code"]
            if body["outcome"] in {"undelivered", "failed"}:
                code = code or 30003
            move(world, body, body["outcome"], code)


def receive(world: World, sender: str, text: str, *, to: str = "", advanced: bool = False) -> JSON:
    """A person answers by text: STOP words block further texts to them, START words allow them again.

    `advanced`: the Messaging Service has Advanced Opt-Out, so the post to the shop names the kind in OptOutType.
    """
    word = text.strip().upper()
    kind = "STOP" if word in STOP_WORDS else "START" if word in START_WORDS else ""
    if kind == "STOP":
        world.store.put("opt_out", sender, {"number": sender, "at": world.now()})
    if kind == "START":
        world.store.drop("opt_out", sender)
    to = to or SENDER_NUMBER
    sid = hex_id("SM")
    keep(world, "sms", to=to, sender=sender, text=text, provider_id=sid, status="reçu", direction="in")
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": TWILIO_SID,
        "MessagingServiceSid": TWILIO_SERVICE,
        "From": sender,
        "To": to,
        "Body": text,
        "NumMedia": "0",
        "NumSegments": str(count(text)),
        "FromCountry": "FR",
        "ToCountry": "FR",
        "ApiVersion": "2010-04-01",
    }
    if advanced and (kind or word in {"HELP", "INFO"}):
        form["OptOutType"] = kind or "HELP"
    world.webhooks.twilio("inbound", sid, f"{world.config.shop_url}/webhooks/twilio/inbound/", form)
    return {"sid": sid, "opt_out": kind == "STOP"}


def shown(body: JSON) -> JSON:
    """Return a text as the API shows it."""

    def date(at: int | None) -> str | None:
        return format_datetime(datetime.fromtimestamp(at, UTC)) if at else None

    fresh = body["status"] in {"accepted", "scheduled", "queued"}
    return {
        "account_sid": TWILIO_SID,
        "api_version": "2010-04-01",
        "body": body["body"],
        "date_created": date(body["created"]),
        "date_sent": date(body["sent"]),
        "date_updated": date(body["updated"]),
        "direction": body["direction"],
        "error_code": body["error_code"],
        "error_message": LATER.get(body["error_code"]),
        "from": body["from"] or (None if fresh else body["sender"]),
        "messaging_service_sid": body["messaging_service_sid"],
        "num_media": "0",
        "num_segments": "0" if body["messaging_service_sid"] and fresh else str(body["parts"]),
        "price": None if fresh else f"-{0.0798 * body['parts']:.5f}",
        "price_unit": "USD",
        "sid": body["sid"],
        "status": body["status"],
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{TWILIO_SID}/Messages/{body['sid']}/Media.json"},
        "to": body["to"],
        "uri": f"/2010-04-01/Accounts/{TWILIO_SID}/Messages/{body['sid']}.json",
    }
