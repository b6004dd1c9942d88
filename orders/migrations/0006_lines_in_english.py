from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0005_sender_erased"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="label_en",
            field=models.CharField(blank=True, default="", max_length=160),
            preserve_default=False,
        ),
    ]
