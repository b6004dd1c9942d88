"""An accessory says whether it is alcohol: the law wants two sentences beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0006_fill_english_sort_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="addon",
            name="is_alcohol",
            field=models.BooleanField(
                default=False,
                help_text="La mention sanitaire et l’interdiction aux mineurs s’affichent partout avec lui.",
                verbose_name="boisson alcoolisée",
            ),
        ),
    ]
