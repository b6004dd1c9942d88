"""Audiences by rules: purchases by number, date, sum, occasion and department."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_purchases_with_tact'),
    ]

    operations = [
        migrations.AddField(
            model_name='segment',
            name='bought_within_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='dernier achat il y a moins de (jours)'),
        ),
        migrations.AddField(
            model_name='segment',
            name='buyers',
            field=models.CharField(blank=True, choices=[('', 'tout le monde, client ou non'), ('bought', 'ceux qui ont déjà acheté'), ('never', 'ceux qui n’ont jamais acheté')], max_length=8, verbose_name='qui'),
        ),
        migrations.AddField(
            model_name='segment',
            name='departments',
            field=models.CharField(blank=True, max_length=200, verbose_name='départements'),
        ),
        migrations.AddField(
            model_name='segment',
            name='orders_max',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='nombre d’achats, au plus'),
        ),
        migrations.AddField(
            model_name='segment',
            name='orders_min',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='nombre d’achats, au moins'),
        ),
        migrations.AddField(
            model_name='segment',
            name='silent_for_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='dernier achat il y a plus de (jours)'),
        ),
        migrations.AddField(
            model_name='segment',
            name='spent_min_euros',
            field=models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='dépensé en tout, au moins (€)'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('buyers__in', ['', 'bought', 'never'])), name='segment_buyers'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('buyers', 'never'), _negated=True), models.Q(('bought_within_days', None), ('departments', ''), ('occasion', ''), ('orders_max', None), ('orders_min', None), ('silent_for_days', None), ('spent_min_euros', None)), _connector='OR'), name='segment_never_bought_has_no_purchase'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('orders_min', None), ('orders_max', None), ('orders_min__lte', models.F('orders_max')), _connector='OR'), name='segment_orders_range'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('bought_within_days', None), ('silent_for_days', None), ('silent_for_days__lt', models.F('bought_within_days')), _connector='OR'), name='segment_days_range'),
        ),
    ]
