"""Campaigns get versions, approval, a test and a holdout; rows get clicks and credit. Nothing is checked yet."""

import django.db.models.deletion
import notifications.marketing.models.campaigns
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_stop_codes_under_the_key'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=1, verbose_name='version')),
                ('text', models.TextField(max_length=1000, verbose_name='texte')),
                ('keeps_accents', models.BooleanField(default=False, verbose_name='garder tous les accents')),
                ('stopped_at', models.DateTimeField(editable=False, null=True, verbose_name='arrêtée le')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['letter'],
            },
        ),
        migrations.AlterModelOptions(
            name='campaign',
            options={'permissions': [('approve_campaign', 'Peut approuver une campagne écrite par une autre personne')], 'verbose_name': 'campagne SMS', 'verbose_name_plural': 'campagnes SMS'},
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_scheduled_is_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_rolling_at',
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_pause_reason',
        ),
        migrations.AddField(
            model_name='campaign',
            name='approved_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='approuvée le'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approuvée par'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='asks_when_unclear',
            field=models.BooleanField(default=False, verbose_name='me demander si le test n’est pas concluant'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='budget_cents',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='budget maximal (centimes)'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='content_sha256',
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name='empreinte'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='decide_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='décision le'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='decided_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='décidée le'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='decision_minutes',
            field=models.PositiveSmallIntegerField(default=120, verbose_name='durée du test (minutes)'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='edited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifiée par'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='ends_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='fin au plus tard'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='holdout_percent',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='groupe témoin (%)'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='link_path',
            field=models.CharField(blank=True, max_length=200, verbose_name='page du lien'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='metric',
            field=models.CharField(choices=[('clicks', 'clics de personnes, par SMS distribué'), ('orders', 'commandes, par SMS distribué')], default='clicks', max_length=10, verbose_name='critère'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='paused_from',
            field=models.CharField(blank=True, editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='campaign',
            name='salt',
            field=models.CharField(default=notifications.marketing.models.campaigns.new_salt, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='campaign',
            name='test_percent',
            field=models.PositiveSmallIntegerField(default=20, verbose_name='part du test (%)'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='verdict',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='clicked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='group',
            field=models.CharField(choices=[('test', 'test'), ('rest', 'suite'), ('holdout', 'groupe témoin')], default='rest', max_length=8),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='last_clicked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='scans',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='purchase',
            name='credited_to',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to='notifications.campaignmessage'),
        ),
        migrations.AddField(
            model_name='purchase',
            name='refunded_cents',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='status',
            field=models.CharField(choices=[('draft', 'brouillon'), ('approved', 'approuvée'), ('scheduled', 'programmée'), ('snapshotting', 'constitution de la liste'), ('testing', 'test en cours'), ('deciding', 'décision à prendre'), ('rolling', 'en cours'), ('paused', 'en pause'), ('finished', 'terminée'), ('canceled', 'annulée')], default='draft', max_length=12, verbose_name='état'),
        ),
        migrations.AddField(
            model_name='variant',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='notifications.campaign', verbose_name='campagne SMS'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='winner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.variant', verbose_name='version retenue'),
        ),
        migrations.AddField(
            model_name='campaignmessage',
            name='variant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.variant'),
        ),
    ]
