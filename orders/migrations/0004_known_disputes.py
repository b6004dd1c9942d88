"""Payments already known to be contested say so in their own column: `problem` is only what the board shows."""

from django.db import migrations


def note_disputes(apps, schema_editor):
    payments = apps.get_model("orders", "Payment").objects.using(schema_editor.connection.alias)
    payments.filter(problem="disputed", dispute="").update(dispute="open")


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_contested_payments")]

    operations = [migrations.RunPython(note_disputes, migrations.RunPython.noop)]
