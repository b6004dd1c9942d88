"""The measured half of `bench.contacts`, in a back office process."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

django.setup()
settings.ROOT_URLCONF = "interflora.urls_backoffice"

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from bench import serving  # noqa: E402
from bench.people import FILL  # noqa: E402
from notifications.marketing import segments  # noqa: E402
from notifications.marketing.models import Contact, Segment  # noqa: E402

PATH = "/gestion/notifications/contact/"
PAGES = {
    "the list": "",
    "its page 200": "p=200",
    "a number": "q=06+00+12+34+56",
    "a first name": "q=anne123",
    "an unknown e-mail": "q=personne@exemple.fr",
    "those who agreed": "is_sms_opted_in__exact=1",
    "those who did not": "is_sms_opted_in__exact=0",
}
SEGMENTS = {
    "everyone": Segment(),
    "bought for Mothers' Day": Segment(occasion="fete-des-meres"),
    "not seen for 5 days": Segment(silent_for_days=5),
    "spent 70 € at least": Segment(spent_min_euros=70),
    "never bought": Segment(buyers="never"),
}


def fill(contacts: int) -> None:
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, [contacts] if "%s" in statement else [])
        cursor.execute("VACUUM ANALYZE")


def page(query: str, user: User) -> None:
    request: Any = RequestFactory().get(f"{PATH}?{query}")
    request.user, request.session = user, {}
    answer: Any = admin.site._registry[Contact].changelist_view(request)
    answer.render()
    assert answer.status_code == 200


def taken(do: Callable[[], object], rounds: int) -> list[float]:
    times = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        do()
        times.append((time.perf_counter() - start) * 1000)
    return times[1:]


def main() -> None:
    contacts, rounds = int(sys.argv[1]), int(sys.argv[2])
    fill(contacts)
    user = User.objects.create_superuser("bench")
    print(f"{contacts:,} contacts{'':<22}{'p50 ms':>9}{'p95 ms':>9}")
    for name, query in PAGES.items():
        times = taken(lambda query=query: page(query, user), rounds)  # type: ignore[misc]
        print(f"{name:<40}{statistics.median(times):>9.0f}{statistics.quantiles(times, n=20)[-1]:>9.0f}")
    for name, segment in SEGMENTS.items():
        audience = segments.audience(segment)
        times = taken(audience.count, 3)
        print(f"{'count: ' + name:<40}{statistics.median(times):>9.0f}{'':>9}  {audience.count():,} people")
    print(f"{serving.machine()}.")


if __name__ == "__main__":
    main()
