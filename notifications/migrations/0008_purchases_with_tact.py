"""Purchases that no text may recall, and orders in trouble whose buyers are left in peace."""

from django.db import migrations, models
from django.db.models import Q


def hush_what_was_given_back(apps, schema_editor):
    apps.get_model("notifications", "Purchase").objects.filter(refunded_cents__gt=0).update(is_unmentionable=True)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_versions_are_checked")]

    operations = [
        migrations.AddField("purchase", "incident_at", models.DateTimeField(null=True, editable=False)),
        migrations.AddField("purchase", "is_unmentionable", models.BooleanField(default=False)),
        migrations.RunPython(hush_what_was_given_back, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "purchase",
            models.Index(fields=["contact"], condition=Q(incident_at__isnull=False), name="purchase_incident"),
        ),
        migrations.AddConstraint(
            "purchase",
            models.CheckConstraint(
                condition=Q(is_unmentionable=True) | Q(refunded_cents=0, incident_at=None), name="purchase_tact"
            ),
        ),
    ]
