"""The measured half of `bench.campaigns`: one process of a worker, told by its first argument what to do."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

import django
from django.conf import settings

django.setup()
settings.TWILIO_API_BASE = os.environ["BENCH_PROVIDER"]

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402

from bench.people import FILL  # noqa: E402
from interflora.lib import clock  # noqa: E402
from notifications.marketing import campaigns, segments, sending, snapshots, unknowns  # noqa: E402
from notifications.marketing.models import Campaign, CampaignMessage, Segment, Variant  # noqa: E402
from notifications.routing import routes  # noqa: E402
from notifications.routing.models import Purpose, Route  # noqa: E402
from notifications.statuses import MessageStatus  # noqa: E402
from notifications.transports.sms import callback_url  # noqa: E402

TEXT = "Bonjour {prenom}, les pivoines sont arrivées : {lien}"
UNSETTLED = [MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN]


def say(**numbers: Any) -> None:
    print(json.dumps(numbers), flush=True)


def fill(contacts: str) -> None:
    """So many contacts who agreed, one text a day if one likes, and no limit of speed."""
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, [int(contacts)] if "%s" in statement else [])
        cursor.execute("VACUUM ANALYZE")
    routes.of(Purpose.MARKETING)  # made when it is first asked for
    Route.objects.update(days_between=0, parts_per_second=1_000_000)


def grow(contacts: str) -> None:
    """More contacts, after those that are there."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_campaign, notifications_contact CASCADE")
    Segment.objects.all().delete()
    with connection.cursor() as cursor:
        for statement in FILL[1:]:
            cursor.execute(statement, [int(contacts)] if "%s" in statement else [])
        cursor.execute("VACUUM ANALYZE")


def pause(campaign: str) -> None:
    connection.ensure_connection()
    say(ready=True)
    sys.stdin.readline()
    assert campaigns.pause(int(campaign))
    say(at=_real_time())
    sys.stdin.readline()


def _real_time() -> float:
    """Of the machine, not of this process."""
    return time.time() - float(os.environ.get("JOURNEY_CLOCK_OFFSET", "0"))


def speed(parts_per_second: str) -> None:
    Route.objects.update(parts_per_second=int(parts_per_second))


def plan(people: str) -> None:
    """Approve a campaign and freeze its audience (0: everyone); what that took, beside a bare INSERT … SELECT."""
    segment, _made = Segment.objects.get_or_create(name=f"Bench {people}")
    campaign = Campaign.objects.create(name="Bench", segment=segment)
    Variant.objects.create(campaign=campaign, letter="A", text=TEXT)
    approver, _new = User.objects.get_or_create(username="approver")
    campaigns.approve(campaign.pk, approver.pk)
    campaigns.schedule(campaign.pk, clock.now() + timedelta(seconds=1), 1)
    time.sleep(1.1)
    start = time.perf_counter()
    assert snapshots.start(campaign.pk)
    taken = time.perf_counter() - start
    if int(people):
        kept = campaign.messages.order_by("pk").values("pk")[: int(people)]
        campaign.messages.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    say(campaign=campaign.pk, snapshot=taken, bare=_bare(segment), rows=campaign.messages.count())


def _bare(segment: Segment) -> float:
    """The same audience written into a table of the same columns and indexes, with nothing drawn or computed."""
    table = CampaignMessage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING ALL)")
        chosen, params = segments.audience(segment).values("id", "phone").query.sql_with_params()
        start = time.perf_counter()
        cursor.execute(
            f"""INSERT INTO bare (public_id, campaign_id, contact_id, phone, "group", status, skip_reason, error_code,
                                  provider_id, body_digest, parts, cost_cents, attempts, scans, not_before)
                SELECT gen_random_uuid(), 1, id, phone, 'rest', 'queued', '', '', '', '', 0, 0, 0, 0, now()
                  FROM ({chosen}) AS chosen""",
            params,
        )
        taken = time.perf_counter() - start
        cursor.execute("DROP TABLE bare")
    return taken


def send() -> None:
    """The engine itself, until nothing is due; then waits to be let go, so that its figures can still be read."""
    connection.ensure_connection()
    say(ready=True)
    sys.stdin.readline()
    moved = 0
    while (more := sending.send_due(20)) > 0:
        moved += more
    say(moved=moved)
    sys.stdin.readline()


def settle() -> None:
    """What the sweeps of a later minute do."""
    sending.send_due(30)
    while unknowns.resolve_unknown():
        pass
    say()


def outcome(campaign: str) -> None:
    rows = CampaignMessage.objects.filter(campaign=int(campaign))
    accepted = list(rows.filter(status=MessageStatus.ACCEPTED).values_list("provider_id", flat=True))
    say(
        planned=rows.count(),
        unsettled=rows.filter(status__in=UNSETTLED).count(),
        failed=rows.filter(status=MessageStatus.FAILED).count(),
        accepted=accepted,
    )


def functional(seconds: str) -> None:
    """A text of an order ten times a second, handed over by its own lane; how long each waited."""
    from interflora.lib.contacts import Channel
    from notifications import outbox
    from notifications import sending as lane

    waits, stop = list[float](), time.perf_counter() + float(seconds)
    say(ready=True)
    sys.stdin.readline()
    stop = time.perf_counter() + float(seconds)
    while time.perf_counter() < stop:
        start = time.perf_counter()
        number = f"{os.getpid()}-{len(waits)}"
        outbox.queue(
            "florist_thanks", channel=Channel.SMS, to="+33612000000", context={}, dedup_key=number, about="order:BENCH"
        )
        lane.send_due()
        waits.append(time.perf_counter() - start)
        time.sleep(0.1)
    say(waits=waits)


def enqueue(campaign: str) -> None:
    """One Celery task per row."""
    from bench.celery_loop import send_one

    for pk in CampaignMessage.objects.filter(campaign=int(campaign)).values_list("pk", flat=True):
        send_one.delay(pk)
    say()


def references(campaign: str) -> None:
    """What a provider would report about: our reference and its own."""
    rows = CampaignMessage.objects.filter(campaign=int(campaign), status=MessageStatus.ACCEPTED)
    say(rows=[[callback_url(str(reference)), sid] for reference, sid in rows.values_list("public_id", "provider_id")])


def post_office(count: str) -> None:
    from post_office import mail  # type: ignore[import-not-found]

    mail.send_many(
        [
            {"recipients": [f"a{number}@example.org"], "sender": "b@example.org", "message": TEXT, "subject": "x"}
            for number in range(int(count))
        ]
    )


def mailer(count: str) -> None:
    from mailer import send_mail  # type: ignore[import-not-found]

    for number in range(int(count)):
        send_mail("x", TEXT, "b@example.org", [f"a{number}@example.org"])


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
