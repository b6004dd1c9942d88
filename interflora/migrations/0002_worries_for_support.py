"""The service reads and closes what recipients worry about."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_support_handle_worries(apps, schema_editor):
    config = installed.get_app_config("addressless")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    found = permission_model.objects.filter(
        content_type__app_label="addressless", codename__in=["view_worry", "change_worry"]
    )
    if found.count() != 2:
        raise RuntimeError("no such permissions: addressless worry")
    for group in group_model.objects.filter(name__in=["support", "administrateur"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("interflora", "0001_groups"), ("addressless", "0003_tracking")]

    operations = [migrations.RunPython(let_support_handle_worries, migrations.RunPython.noop)]
