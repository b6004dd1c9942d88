"""Campaigns that come back by themselves, and the anniversary of a purchase as a rule."""

import django.core.validators
import django.db.models.deletion
import interflora.lib.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0010_sign_ups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingCampaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='nom')),
                ('text', models.TextField(max_length=1000, verbose_name='texte')),
                ('keeps_accents', models.BooleanField(default=False, verbose_name='garder tous les accents')),
                ('link_path', models.CharField(blank=True, max_length=200, verbose_name='page du lien')),
                ('occasion', models.CharField(blank=True, max_length=60, verbose_name='occasion')),
                ('days_before', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='jours avant l’occasion')),
                ('rest_days', models.PositiveSmallIntegerField(default=330, validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(3650)], verbose_name='pas plus d’un SMS par personne en (jours)')),
                ('is_running', models.BooleanField(default=False, editable=False, verbose_name='en service')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approuvée le')),
                ('content_sha256', models.CharField(blank=True, editable=False, max_length=64, verbose_name='empreinte')),
                ('last_day', models.DateField(editable=False, null=True, verbose_name='dernier jour')),
                ('created_at', models.DateTimeField(default=interflora.lib.clock.now, editable=False, verbose_name='créée le')),
            ],
            options={
                'verbose_name': 'campagne permanente',
                'verbose_name_plural': 'campagnes permanentes',
            },
        ),
        migrations.RemoveConstraint(
            model_name='segment',
            name='segment_never_bought_has_no_purchase',
        ),
        migrations.AddField(
            model_name='segment',
            name='anniversary_in_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='un an après un achat, dans (jours)'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('buyers', 'never'), _negated=True), models.Q(('anniversary_in_days', None), ('bought_within_days', None), ('departments', ''), ('occasion', ''), ('orders_max', None), ('orders_min', None), ('silent_for_days', None), ('spent_min_euros', None)), _connector='OR'), name='segment_never_bought_has_no_purchase'),
        ),
        migrations.AddField(
            model_name='standingcampaign',
            name='approved_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approuvée par'),
        ),
        migrations.AddField(
            model_name='standingcampaign',
            name='edited_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifiée par'),
        ),
        migrations.AddField(
            model_name='standingcampaign',
            name='segment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='notifications.segment', verbose_name='segment'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='standing',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='notifications.standingcampaign', verbose_name='campagne permanente'),
        ),
        migrations.AddConstraint(
            model_name='standingcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('is_running', False), models.Q(('approved_at__isnull', False), models.Q(('content_sha256', ''), _negated=True)), _connector='OR'), name='standing_runs_as_approved'),
        ),
        migrations.AddConstraint(
            model_name='standingcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('days_before__range', (1, 30))), name='standing_days_before'),
        ),
        migrations.AddConstraint(
            model_name='standingcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('rest_days__range', (30, 3650))), name='standing_rest_days'),
        ),
    ]
