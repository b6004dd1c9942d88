"""Support decides on the gifts that staff look at before their invitation leaves."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_support_decide(apps, schema_editor):
    config = installed.get_app_config("addressless")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    found = permission_model.objects.filter(
        content_type__app_label="addressless", codename__in=["view_review", "change_review"]
    )
    if found.count() != 2:
        raise RuntimeError("no such permissions: addressless review")
    for group in group_model.objects.filter(name__in=["support", "administrateur"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("interflora", "0002_worries_for_support"), ("addressless", "0004_review")]

    operations = [migrations.RunPython(let_support_decide, migrations.RunPython.noop)]
