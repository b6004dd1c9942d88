from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Products of before have no English name yet: they are sorted by the French one."""
    apps.get_model("catalog", "Product").objects.filter(sort_key_en="").update(sort_key_en=F("sort_key"))


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0005_english_texts"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
