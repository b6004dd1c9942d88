"""Marketing writes standing campaigns; who may approve campaigns puts them in service."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = [f"{verb}_standingcampaign" for verb in ("view", "add", "change", "delete")]


def let_marketing_write(apps, schema_editor):
    config = installed.get_app_config("notifications")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    found = permission_model.objects.filter(content_type__app_label="notifications", codename__in=RIGHTS)
    if found.count() != len(RIGHTS):
        raise RuntimeError("no such permissions: notifications standingcampaign")
    for group in group_model.objects.filter(name__in=["marketing", "administrateur"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("interflora", "0005_versions_for_marketing"),
        ("notifications", "0011_standing_campaigns"),
    ]

    operations = [migrations.RunPython(let_marketing_write, migrations.RunPython.noop)]
