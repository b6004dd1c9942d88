"""French names for the columns that the back office shows."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_add_on_is_alcohol'),
        ('orders', '0007_payments_under_review'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='cart',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to='orders.cart', verbose_name='panier'),
        ),
        migrations.AlterField(
            model_name='order',
            name='marketing_ip',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse IP de l’accord'),
        ),
        migrations.AlterField(
            model_name='order',
            name='marketing_phone',
            field=models.CharField(blank=True, max_length=16, verbose_name='mobile pour nos offres'),
        ),
        migrations.AlterField(
            model_name='order',
            name='occasion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.occasion', verbose_name='occasion'),
        ),
        migrations.AlterField(
            model_name='order',
            name='problem_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='problème depuis'),
        ),
        migrations.AlterField(
            model_name='orderevent',
            name='data',
            field=models.JSONField(default=dict, verbose_name='détails'),
        ),
        migrations.AlterField(
            model_name='orderevent',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='orders.order', verbose_name='commande'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='add_on',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.addon', verbose_name='accessoire'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='kind',
            field=models.CharField(choices=[('product', 'fleurs'), ('add_on', 'accessoire'), ('delivery', 'livraison')], max_length=10, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='label_en',
            field=models.CharField(blank=True, max_length=160, verbose_name='libellé en anglais'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.order', verbose_name='commande'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='variant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.productvariant', verbose_name='taille'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='clé d’idempotence'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='problem_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='problème depuis'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='session_id',
            field=models.CharField(editable=False, max_length=255, null=True, unique=True, verbose_name='session Stripe'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='attempts',
            field=models.PositiveIntegerField(default=0, verbose_name='essais'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='generation',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='nouvelles demandes'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='clé d’idempotence'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='problem_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='problème depuis'),
        ),
        migrations.AlterField(
            model_name='stripeevent',
            name='attempts',
            field=models.PositiveIntegerField(default=0, verbose_name='essais'),
        ),
        migrations.AlterField(
            model_name='stripeevent',
            name='event_id',
            field=models.CharField(max_length=255, unique=True, verbose_name='événement'),
        ),
    ]
