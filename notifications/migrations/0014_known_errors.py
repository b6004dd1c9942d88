"""The operators' errors that are known today (sms.md 4), for staff to edit."""

from django.db import migrations

KNOWN = {
    "opted_out": {"21610": "a répondu STOP"},
    "bad_number": {
        "21211": "numéro impossible",
        "21614": "pas un mobile",
        "21635": "ligne fixe",
        "21265": "numéro court",
        "30005": "numéro inconnu",
        "30006": "ligne fixe ou opérateur injoignable",
    },
    "configuration": {
        "20003": "identifiants refusés",
        "20404": "compte introuvable",
        "21606": "expéditeur refusé",
        "21661": "expéditeur sans SMS",
        "21408": "pays non ouvert",
        "21612": "pays injoignable avec cet expéditeur",
        "21603": "expéditeur manquant",
        "21609": "adresse de retour refusée",
        "30002": "compte suspendu",
    },
    "filtered": {"30007": "filtré par l’opérateur"},
    "handset": {
        "30003": "téléphone éteint ou hors réseau",
        "30008": "erreur inconnue de l’opérateur",
        "30410": "délai dépassé chez l’opérateur",
        "30500": "erreur passagère de l’opérateur",
    },
    "queue": {
        "20429": "trop de demandes à la fois",
        "429": "trop de demandes à la fois",
        "21611": "file de l’expéditeur pleine",
        "30001": "file pleine",
        "30036": "durée de validité dépassée dans la file",
    },
    "pumping": {"30450": "trafic frauduleux supposé"},
}


def fill(apps, schema_editor):
    model = apps.get_model("notifications", "ProviderFault")
    rows = [model(code=code, kind=kind, note=note) for kind, codes in KNOWN.items() for code, note in codes.items()]
    model.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0013_costs_and_dead_numbers")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
