"""The six groups of the staff, and what each may see and do. Menus of the admin follow from these permissions."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW, CHANGE, ALL = ("view",), ("view", "change"), ("view", "add", "change", "delete")

# Money, statuses and histories are read-only in the admin whatever the permission: « change » opens the domain's actions.
GROUPS = {
    "support": {
        "orders": {"order": CHANGE, "orderline": VIEW, "payment": VIEW, "refund": VIEW, "orderevent": VIEW},
        "addressless": {"claim": CHANGE, "report": CHANGE},
        "florists": {"delivery": CHANGE, "deliveryoffer": VIEW, "deliveryevent": VIEW, "florist": VIEW},
        "notifications": {"message": CHANGE},
        "catalog": {"product": VIEW, "occasion": VIEW},
    },
    "marketing": {
        "notifications": {
            "contact": ALL[:3],
            "consent": VIEW,
            "wording": VIEW,
            "segment": ALL,
            "campaign": ALL,
            "campaignmessage": VIEW,
            "stopentry": ("view", "add"),
        },
    },
    "comptabilité": {
        "orders": {"order": VIEW, "orderline": VIEW, "payment": VIEW, "refund": CHANGE, "orderevent": VIEW},
    },
    "catalogue": {
        "catalog": {"product": ALL, "productvariant": ALL, "addon": ALL, "occasion": ALL},
    },
    "réseau": {
        "florists": {
            "florist": ALL[:3],
            "servedpostcode": ALL,
            "closingday": ALL,
            "delivery": CHANGE,
            "deliveryoffer": VIEW,
            "deliveryevent": VIEW,
            "addressread": VIEW,
        },
    },
}
# The administrator holds every permission of the shop's own models, but the one that opens an address: that is given by name.
ADDRESS_PERMISSION = "read_address"


def make_groups(apps, schema_editor):
    # Permissions are normally made after all migrations; groups need them now.
    for label in ("catalog", "florists", "orders", "addressless", "notifications", "auth"):
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, rights in GROUPS.items():
        group, _made = group_model.objects.get_or_create(name=name)
        for label, models in rights.items():
            for model, verbs in models.items():
                codenames = [f"{verb}_{model}" for verb in verbs]
                found = permission_model.objects.filter(content_type__app_label=label, codename__in=codenames)
                if found.count() != len(codenames):
                    raise RuntimeError(f"no such permissions: {label} {codenames}")
                group.permissions.add(*found)
    group, _made = group_model.objects.get_or_create(name="administrateur")
    group.permissions.add(
        *permission_model.objects.filter(
            content_type__app_label__in=["catalog", "florists", "orders", "addressless", "notifications", "auth"]
        ).exclude(codename=ADDRESS_PERMISSION)
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0001_initial"),
        ("notifications", "0001_initial"),
        ("florists", "0001_initial"),
        ("orders", "0001_initial"),
        ("addressless", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
