"""Orders are found by their sender's e-mail however its letters are cased; nothing asked for the exact spelling."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('orders', '0009_lookups'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(Upper('sender_email'), name='orders_sender_any_case'),
        ),
        RemoveIndexConcurrently(
            model_name='order',
            name='orders_sender',
        ),
    ]
