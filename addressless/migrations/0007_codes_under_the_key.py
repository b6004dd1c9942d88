"""A typed code has 60 bits: its plain digest could be searched on a copy of the rows. Rows now keep it under LINK_KEY.

Codes already printed stay valid: what is kept is the keyed digest of what was.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

from interflora.lib import links

BATCH = 1000


def put_under_key(apps: Any, _editor: Any) -> None:
    claims = apps.get_model("addressless", "Claim").objects.order_by("pk")
    if not settings.LINK_KEY and claims.exists():
        raise ImproperlyConfigured("LINK_KEY is missing: migrate with SITE_ROLE=worker and its keys.")
    last = 0
    while rows := list(claims.filter(pk__gt=last).only("pk", "code_digest", "tracking_code_digest")[:BATCH]):
        for row in rows:
            row.code_digest = links.keyed_digest(links.Purpose.CLAIM, row.code_digest)
            if row.tracking_code_digest is not None:
                row.tracking_code_digest = links.keyed_digest(links.Purpose.TRACKING, row.tracking_code_digest)
        claims.bulk_update(rows, ["code_digest", "tracking_code_digest"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("addressless", "0006_announcement")]

    operations = [migrations.RunPython(put_under_key)]
