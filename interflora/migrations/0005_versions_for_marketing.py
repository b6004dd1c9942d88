"""Marketing writes the versions of a campaign and approves those of colleagues."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = ["approve_campaign", "view_variant", "add_variant", "change_variant", "delete_variant"]


def let_marketing_approve(apps, schema_editor):
    config = installed.get_app_config("notifications")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    found = permission_model.objects.filter(content_type__app_label="notifications", codename__in=RIGHTS)
    if found.count() != len(RIGHTS):
        raise RuntimeError("no such permissions: notifications variant, approve_campaign")
    for group in group_model.objects.filter(name__in=["marketing", "administrateur"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("interflora", "0004_closed_senders_for_support"), ("notifications", "0007_versions_are_checked")]

    operations = [migrations.RunPython(let_marketing_approve, migrations.RunPython.noop)]
