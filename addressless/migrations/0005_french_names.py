"""French names for the columns that the back office shows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('addressless', '0004_review'),
    ]

    operations = [
        migrations.AlterField(
            model_name='claim',
            name='contact_erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='contact effacé le'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='wanted_rule',
            field=models.CharField(blank=True, choices=[('on_or_after', 'ce jour ou après'), ('only', 'ce jour seulement')], max_length=11, verbose_name='règle du jour souhaité'),
        ),
    ]
