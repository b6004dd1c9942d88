"""Numbers typed to receive offers, until their owner confirms."""

import interflora.lib.clock
import interflora.lib.codes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0009_segments_by_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=interflora.lib.codes.random_code, editable=False, max_length=12, unique=True)),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('phone', models.CharField(max_length=16, verbose_name='mobile')),
                ('first_name', models.CharField(blank=True, max_length=20, verbose_name='prénom')),
                ('language', models.CharField(max_length=2, verbose_name='langue')),
                ('asked_at', models.DateTimeField(default=interflora.lib.clock.now, verbose_name='demandée le')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmée le')),
            ],
            options={
                'verbose_name': 'inscription à confirmer',
                'verbose_name_plural': 'inscriptions à confirmer',
                'indexes': [models.Index(fields=['phone', '-asked_at'], name='signup_phone'), models.Index(fields=['asked_at'], name='signup_asked')],
            },
        ),
    ]
