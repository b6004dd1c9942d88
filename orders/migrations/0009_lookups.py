"""Shoppers who lost the link of their order and typed an e-mail: the page writes it down, a worker answers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_french_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('language', models.CharField(default='fr', max_length=2, verbose_name='langue')),
                ('asked_at', models.DateTimeField(verbose_name='demandé le')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='répondu le')),
            ],
            options={
                'verbose_name': 'lien redemandé',
                'verbose_name_plural': 'liens redemandés',
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['asked_at'], name='orders_lookup_due')],
            },
        ),
    ]
