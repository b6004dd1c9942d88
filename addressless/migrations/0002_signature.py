from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('addressless', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='sender_x_handle',
            field=models.CharField(blank=True, max_length=15, verbose_name='compte X de l’expéditeur'),
        ),
        migrations.AddField(
            model_name='claim',
            name='sender_x_id',
            field=models.CharField(blank=True, max_length=19, verbose_name='numéro X de l’expéditeur'),
        ),
        migrations.AddField(
            model_name='claim',
            name='sender_x_verified_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='compte X vérifié le'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sender_x_handle', ''), ('sender_x_id', ''), ('sender_x_verified_at', None)), models.Q(('sender_x_handle__regex', '^[A-Za-z0-9_]{0,15}$'), ('sender_x_id__regex', '^[0-9]{1,19}$'), ('sender_x_verified_at__isnull', False)), _connector='OR'), name='claim_signature_whole'),
        ),
    ]
