"""A STOP code has 60 bits: its plain digest could be searched on a copy of the rows. Rows now keep it under LINK_KEY.

Codes already printed stay valid: what is kept is the keyed digest of what was.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

from interflora.lib import links

BATCH = 1000


def put_under_key(apps: Any, _editor: Any) -> None:
    contacts = apps.get_model("notifications", "Contact").objects.exclude(stop_code_digest=None).order_by("pk")
    if not settings.LINK_KEY and contacts.exists():
        raise ImproperlyConfigured("LINK_KEY is missing: migrate with SITE_ROLE=worker and its keys.")
    last = 0
    while rows := list(contacts.filter(pk__gt=last).only("pk", "stop_code_digest")[:BATCH]):
        for row in rows:
            row.stop_code_digest = links.keyed_digest(links.Purpose.UNSUBSCRIBE, row.stop_code_digest)
        contacts.bulk_update(rows, ["stop_code_digest"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_french_names")]

    operations = [migrations.RunPython(put_under_key)]
