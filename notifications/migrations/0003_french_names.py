"""French names for the columns that the back office shows."""

import django.db.models.deletion
import interflora.lib.clock
import interflora.lib.codes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_consents_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='campaign',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='créée par'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='ended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='terminée le'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='pause_reason',
            field=models.CharField(blank=True, editable=False, max_length=40, verbose_name='motif de la pause'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='rolling_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='partie le'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='scheduled_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='programmée le'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='text_sha256',
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name='empreinte du texte'),
        ),
        migrations.AlterField(
            model_name='consent',
            name='ip',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse IP'),
        ),
        migrations.AlterField(
            model_name='message',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='inutile après le'),
        ),
        migrations.AlterField(
            model_name='message',
            name='handed_at',
            field=models.DateTimeField(null=True, verbose_name='confié à l’opérateur le'),
        ),
        migrations.AlterField(
            model_name='message',
            name='language',
            field=models.CharField(default='fr', max_length=5, verbose_name='langue'),
        ),
        migrations.AlterField(
            model_name='message',
            name='not_before',
            field=models.DateTimeField(default=interflora.lib.clock.now, verbose_name='pas avant le'),
        ),
        migrations.AlterField(
            model_name='message',
            name='provider_id',
            field=models.CharField(blank=True, max_length=200, verbose_name='référence chez l’opérateur'),
        ),
        migrations.AlterField(
            model_name='message',
            name='public_id',
            field=models.CharField(default=interflora.lib.codes.random_code, editable=False, max_length=12, unique=True, verbose_name='référence'),
        ),
        migrations.AlterField(
            model_name='message',
            name='settled_at',
            field=models.DateTimeField(null=True, verbose_name='sort connu le'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='created_at',
            field=models.DateTimeField(default=interflora.lib.clock.now, editable=False, verbose_name='créé le'),
        ),
        migrations.AlterField(
            model_name='stopentry',
            name='phone_digest',
            field=models.CharField(max_length=64, unique=True, verbose_name='empreinte du numéro'),
        ),
        migrations.AlterField(
            model_name='stopentry',
            name='source',
            field=models.CharField(choices=[('page', 'page de désinscription'), ('sms', 'réponse STOP'), ('carrier', 'opérateur'), ('staff', 'équipe')], max_length=10, verbose_name='origine'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='created_at',
            field=models.DateTimeField(default=interflora.lib.clock.now, verbose_name='créé le'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='key',
            field=models.CharField(max_length=40, verbose_name='nom'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='language',
            field=models.CharField(max_length=5, verbose_name='langue'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='sha256',
            field=models.CharField(max_length=64, verbose_name='empreinte'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='version',
            field=models.PositiveIntegerField(verbose_name='version du texte'),
        ),
    ]
