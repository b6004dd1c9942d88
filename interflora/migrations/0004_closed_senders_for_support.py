"""Support sees the senders it closed, and opens them again by deleting the row."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_support_reopen(apps, schema_editor):
    config = installed.get_app_config("addressless")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    found = permission_model.objects.filter(
        content_type__app_label="addressless", codename__in=["view_closedsender", "delete_closedsender"]
    )
    if found.count() != 2:
        raise RuntimeError("no such permissions: addressless closedsender")
    for group in group_model.objects.filter(name__in=["support", "administrateur"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("interflora", "0003_reviews_for_support"), ("addressless", "0008_closed_senders")]

    operations = [migrations.RunPython(let_support_reopen, migrations.RunPython.noop)]
