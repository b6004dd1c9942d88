"""Administrators set the routes of texts and the meaning of the operators' errors; marketing reads them."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ["route", "routeprice", "providerfault"]


def let_them_be_set(apps, schema_editor):
    config = installed.get_app_config("notifications")
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, verbs in {"administrateur": ["view", "add", "change", "delete"], "marketing": ["view"]}.items():
        codenames = [f"{verb}_{model}" for verb in verbs for model in MODELS]
        found = permission_model.objects.filter(content_type__app_label="notifications", codename__in=codenames)
        if found.count() != len(codenames):
            raise RuntimeError(f"no such permissions: notifications {codenames}")
        for group in group_model.objects.filter(name=name):
            group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("interflora", "0006_standing_for_marketing"), ("notifications", "0014_known_errors")]

    operations = [migrations.RunPython(let_them_be_set, migrations.RunPython.noop)]
