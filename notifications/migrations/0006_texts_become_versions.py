"""The text of each campaign becomes its version A; what was scheduled had been agreed to by whoever scheduled it."""

from datetime import timedelta
from typing import Any

from django.db import migrations

A_DAY = timedelta(hours=12)


def make_versions(apps: Any, _editor: Any) -> None:
    campaign, variant = apps.get_model("notifications", "Campaign"), apps.get_model("notifications", "Variant")
    message = apps.get_model("notifications", "CampaignMessage")
    for one in campaign.objects.iterator():
        version = variant.objects.create(campaign=one, letter="A", text=one.text, keeps_accents=one.keeps_accents)
        # Only versions agreed to under the new hash may leave: what waited for its hour is a draft again.
        if one.status == "scheduled":
            one.status, one.starts_at, one.scheduled_at = "draft", None, None
        elif one.status != "draft":
            one.approved_at, one.content_sha256, one.ends_at = one.scheduled_at, one.text_sha256, one.starts_at + A_DAY
            one.winner, one.decided_at = version, one.rolling_at
            one.paused_from = "rolling" if one.status == "paused" else ""
        one.edited_by_id = one.created_by_id
        one.save()
        message.objects.filter(campaign=one).update(variant=version)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_campaign_versions")]

    operations = [migrations.RunPython(make_versions)]
