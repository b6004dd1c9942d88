"""What providers tell us by themselves. Signed or refused; replays, shuffles and unknown ids change nothing."""

from __future__ import annotations

from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, tracking
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interflora.lib.contacts import Channel
from notifications import reports, suppressions
from notifications.marketing import stops
from notifications.marketing.models import StopSource
from notifications.transports import email, sms

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def _is_from_twilio(request: HttpRequest) -> bool:
    signature = request.headers.get("X-Twilio-Signature", "")
    return sms.is_signed(request.get_full_path(), request.POST, signature)


@csrf_exempt
@require_POST
def twilio_status(request: HttpRequest) -> HttpResponse:
    """Status of a text we sent; `m` is our own reference, so the first report also reveals Twilio's id."""
    if not _is_from_twilio(request):
        return HttpResponseForbidden()
    sid, word = request.POST.get("MessageSid", ""), request.POST.get("MessageStatus", "")
    status = sms.STATUSES.get(word)
    if sid and status is not None:
        reference, code = request.GET.get("m", ""), request.POST.get("ErrorCode", "")
        reports.apply(status=status, reference=reference, provider_id=sid, error_code=code)
    return HttpResponse(status=200)


@csrf_exempt
@require_POST
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """A text from somebody: a STOP word ends marketing to that number, and gift messages too; CONTACT is answered."""
    if not _is_from_twilio(request):
        return HttpResponseForbidden()
    phone, text = request.POST.get("From", ""), request.POST.get("Body", "")
    if phone and stops.is_stop_word(text):
        with transaction.atomic():
            stops.stop(phone, StopSource.SMS)
            suppressions.suppress(Channel.SMS, phone, "stop")
    twiml = _who_we_are() if stops.is_contact_word(text) else EMPTY_TWIML
    return HttpResponse(twiml, content_type="text/xml")


def _who_we_are() -> str:
    """The answer to CONTACT, one text in GSM-7: who writes, how to reach them, how to stop."""
    house = settings.HOUSE
    text = f"{house['name']} : {house['phone']}, {house['email']}. Pour ne plus recevoir nos offres, repondez STOP."
    return format_html('<?xml version="1.0" encoding="UTF-8"?><Response><Message>{}</Message></Response>', text)


@receiver(tracking, dispatch_uid="notifications.mail_tracked")
def mail_tracked(sender: object, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """What the mail provider reports; 400 when anybody could have sent it. An exception makes it repeat the batch."""
    if not email.is_proven(esp_name):
        raise AnymailWebhookValidationFailure(f"unsigned report of {esp_name}: set ANYMAIL_WEBHOOK_SECRET")
    status = email.STATUSES.get(event.event_type)
    if status is None:
        return
    reference = str((event.metadata or {}).get("m", ""))
    provider_id = str(event.message_id or "")
    key = event.event_id or f"{provider_id}:{event.event_type}:{event.timestamp}"
    with transaction.atomic():
        if not reports.is_new("email", f"{esp_name}:{key}"):
            return
        code = str(event.reject_reason or "") if status != "delivered" else ""
        reports.apply(status=status, reference=reference, provider_id=provider_id, error_code=code)
        reason = email.suppression_reason(event.event_type, event.reject_reason)
        message = reports.find(reference, provider_id)
        if reason and message is not None and message.recipient_digest:
            suppressions.suppress_digest(message.recipient_digest, reason)
