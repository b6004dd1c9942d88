# « Pas de SMS fête des mères »: what a person never wants to hear of, by the keyed hash of their number.

import interflora.lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0015_contacts_found_by_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='OccasionRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone_digest', models.CharField(max_length=64, verbose_name='empreinte du numéro')),
                ('occasion', models.CharField(max_length=60, verbose_name='occasion')),
                ('source', models.CharField(max_length=80, verbose_name='page')),
                ('created_at', models.DateTimeField(default=interflora.lib.clock.now, verbose_name='le')),
            ],
            options={
                'verbose_name': 'occasion refusée',
                'verbose_name_plural': 'occasions refusées',
                'constraints': [models.UniqueConstraint(fields=('phone_digest', 'occasion'), name='occasionrefusal_once'), models.CheckConstraint(condition=models.Q(models.Q(('phone_digest', ''), _negated=True), models.Q(('occasion', ''), _negated=True)), name='occasionrefusal_of_somebody')],
            },
        ),
    ]
