
import catalog.composition
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_add_on_for_stems'),
    ]

    operations = [
        migrations.AddField(
            model_name='addon',
            name='description_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='description en anglais'),
        ),
        migrations.AddField(
            model_name='addon',
            name='has_english',
            field=models.BooleanField(default=False, editable=False, verbose_name='en anglais'),
        ),
        migrations.AddField(
            model_name='addon',
            name='name_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='nom en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='card_texts_en',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None, verbose_name='textes de carte en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='has_english',
            field=models.BooleanField(default=False, editable=False, verbose_name='en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='headline_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='titre en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='introduction_en',
            field=models.TextField(blank=True, max_length=600, verbose_name='introduction en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='name_en',
            field=models.CharField(blank=True, max_length=60, verbose_name='nom en anglais'),
        ),
        migrations.AddField(
            model_name='occasion',
            name='synonyms_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='autres mots cherchés en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='care_en',
            field=models.TextField(blank=True, max_length=800, verbose_name='conseils d’entretien en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='has_english',
            field=models.BooleanField(default=False, editable=False, verbose_name='en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='headline_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='sous-titre en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='name_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='nom en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='pet_note_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='remarque pour les animaux en anglais'),
        ),
        migrations.AddField(
            model_name='product',
            name='sort_key_en',
            field=models.CharField(default='', editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name='product',
            name='story_en',
            field=models.TextField(blank=True, max_length=1200, verbose_name='histoire en anglais'),
        ),
        migrations.AlterField(
            model_name='product',
            name='composition',
            field=models.JSONField(help_text='Une liste de {species, color, label, label_en, stems: [petit, moyen, grand]}\xa0; la fleur principale d’abord. label_en, le nom en anglais, peut manquer.', validators=[catalog.composition.validate_composition], verbose_name='composition'),
        ),
        migrations.AlterField(
            model_name='product',
            name='search_flower',
            field=models.CharField(default='', editable=False, max_length=240),
        ),
        migrations.AlterField(
            model_name='product',
            name='search_head',
            field=models.CharField(editable=False, max_length=800),
        ),
    ]
