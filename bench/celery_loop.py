"""What a shop would write first: a Celery task per text, its row claimed and saved one by one, Twilio's own client."""

from __future__ import annotations

import os
from typing import Any

import django
from celery import Celery

django.setup()

from django.conf import settings  # noqa: E402

settings.TWILIO_API_BASE = os.environ["BENCH_PROVIDER"]

from notifications.marketing import compose  # noqa: E402
from notifications.marketing.models import CampaignMessage  # noqa: E402
from notifications.routing import routes  # noqa: E402
from notifications.statuses import MessageStatus  # noqa: E402
from notifications.transports import sms  # noqa: E402
from notifications.transports.base import Outgoing  # noqa: E402

app: Any = Celery("bench", broker=settings.CELERY_BROKER_URL)
app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
app.conf.task_ignore_result = True


@app.task  # type: ignore[untyped-decorator]
def send_one(pk: int) -> None:
    row = CampaignMessage.objects.select_related("contact", "campaign__winner").get(pk=pk)
    if not CampaignMessage.objects.filter(pk=pk, status=MessageStatus.QUEUED).update(status=MessageStatus.SENDING):
        return
    assert row.campaign.winner is not None
    text = compose.for_row(row.campaign.winner, row, row.contact, routes.of("marketing")).text
    row.provider_id = sms.send(Outgoing(row.phone, text, str(row.public_id)))
    row.status = MessageStatus.ACCEPTED
    row.save(update_fields=["provider_id", "status"])
