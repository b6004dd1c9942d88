# What each text and campaign costs; numbers that an operator called dead.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0012_routes'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='spent_cents',
            field=models.DecimalField(decimal_places=3, default=0, editable=False, max_digits=14, verbose_name='dépensé (centimes)'),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='cost_cents',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=9),
        ),
        migrations.AddField(
            model_name='contact',
            name='invalid_phone',
            field=models.CharField(blank=True, editable=False, max_length=16, verbose_name='numéro mort'),
        ),
    ]
