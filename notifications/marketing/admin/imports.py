"""Importing a file of contacts or of oppositions: what it would do is shown first, and only that is done.

Between the two pages the file waits half an hour in the cache, enciphered under a key that only the page shown holds.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.marketing import imports, judging, sheets
from notifications.marketing.judging import Outcome, Plan
from notifications.marketing.models import Contact

SHOWN_LINES = 200
WAITS_SECONDS = 30 * 60


class Kind(models.TextChoices):
    """What the file holds."""

    CONTACTS = "contacts", _("des contacts qui ont donné leur accord")
    STOPS = "stops", _("des numéros qui ne veulent plus de nos offres (STOP)")


JUDGES: dict[str, Callable[[str, bytes], Plan]] = {
    Kind.CONTACTS: judging.judge_contacts,
    Kind.STOPS: judging.judge_stops,
}
WRITERS: dict[str, Callable[[str, bytes, str], Plan]] = {
    Kind.CONTACTS: imports.write_contacts,
    Kind.STOPS: imports.write_stops,
}
OUTCOMES = {
    Outcome.CREATED: _("nouveaux"),
    Outcome.UPDATED: _("déjà connus, accord ajouté"),
    Outcome.UNCHANGED: _("déjà enregistrés, rien ne change"),
    Outcome.STOPPED: _("ont dit STOP\u00a0: ils le restent"),
    Outcome.WITHDRAWN: _("ont retiré leur accord depuis : ils le restent"),
    Outcome.DUPLICATE: _("en double dans le fichier"),
    Outcome.REFUSED: _("refusées"),
}
REASONS = {
    "missing": _("le numéro manque"),
    "rounded": _(
        "Excel a arrondi ce numéro et des chiffres sont perdus : mettez la colonne au format Texte avant d’y coller "
        "les numéros, puis exportez à nouveau"
    ),
    "unreadable": _("ce n’est pas un numéro de téléphone complet"),
    "overseas": _("numéro d’outre-mer : les offres par SMS n’y sont pas encore possibles"),
    "foreign": _("numéro étranger : les offres ne partent que vers la France"),
    "landline": _("ligne fixe : elle ne reçoit pas de SMS"),
    "unassigned": _("ce numéro n’est attribué à personne"),
    "not_mobile": _("ce n’est pas un mobile (06 ou 07)"),
    "no_date": _("la date du consentement manque\u00a0: sans elle, pas de preuve"),
    "bad_date": _("date illisible : écrivez 03/11/2026 ou 2026-11-03, avec l’heure si vous l’avez"),
    "future_date": _("la date du consentement est dans le futur"),
    "old_date": _("accord de plus de trois ans : il ne permet plus d’écrire à cette personne"),
    "no_source": _("la source manque : sur quelle page ou quel formulaire la personne a-t-elle dit oui ?"),
    "long_source": _("source trop longue : 58 caractères au plus"),
    "no_wording": _("le texte montré manque : sans lui, pas de preuve"),
    "duplicate": _("même numéro qu’à la ligne indiquée"),
    "first_name": _("prénom non repris : seules des lettres, 20 au plus"),
    "repaired": _("numéro complété : le tableur en avait ôté le début"),
}
BAD_SHEETS = {
    "empty": _("Ce fichier ne contient aucune ligne."),
    "too_big": _("Ce fichier dépasse 5 Mo : coupez-le en plusieurs."),
    "too_long": _("Ce fichier dépasse 50 000 lignes : coupez-le en plusieurs."),
    "workbook": _("C’est un classeur Excel : enregistrez-le au format « CSV UTF-8 » puis choisissez ce fichier-là."),
    "binary": _("Ce n’est pas un fichier CSV lisible."),
    "quotes": _("Les guillemets de la ligne %(detail)s ne se referment pas : le fichier ne peut pas être lu."),
    "columns": _("Il manque des colonnes : %(detail)s. La première ligne doit porter leurs noms."),
    "twice": _("Deux colonnes pourraient être « %(detail)s » : gardez-en une."),
    "wordings": _("La colonne du texte montré dépasse %(detail)s textes différents : est-ce la bonne colonne ?"),
}
COLUMN_NAMES = {
    "phone": _("mobile"),
    "first_name": _("prénom"),
    "date": _("date du consentement"),
    "source": _("source"),
    "wording": _("texte montré"),
}


class UploadForm(forms.Form):
    """The file, and what it holds."""

    kind = forms.ChoiceField(
        label=_("Ce que contient le fichier"), choices=Kind.choices, initial=Kind.CONTACTS, widget=forms.RadioSelect
    )
    file = forms.FileField(label=_("Fichier CSV"), help_text=_("5 Mo et 50 000 lignes au plus."), max_length=200)


class Waiting(NamedTuple):
    """A file that was shown and waits for the word of who chose it."""

    kind: str
    name: str
    shown: str
    content: bytes


def import_view(request: HttpRequest, site_context: dict[str, Any]) -> HttpResponse:
    """Choose a file; see what it would do; take the report of it, or import it."""
    if not request.user.has_perms(["notifications.add_contact", "notifications.add_stopentry"]):
        raise PermissionDenied
    token = request.POST.get("token", "")
    if not token:
        return _uploaded(request, site_context)
    waiting = _taken(request, token)
    if waiting is None:
        messages.warning(request, _("Ce fichier n’est plus gardé ici : choisissez-le à nouveau, rien n’a été importé."))
        return HttpResponseRedirect(reverse("admin:contact_import"))
    if "report" in request.POST:
        return _report(JUDGES[waiting.kind](waiting.name, waiting.content))
    try:
        plan = WRITERS[waiting.kind](waiting.name, waiting.content, waiting.shown)
    except imports.Changed:
        messages.warning(
            request,
            _("La situation a changé entre-temps : rien n’a été importé. Voici ce que l’import ferait à présent."),
        )
        return _shown(request, site_context, waiting.kind, waiting.name, waiting.content)
    cache.delete(_place(request, token))
    _log(request, plan, waiting.kind)
    messages.success(request, _done(plan, waiting.kind))
    return HttpResponseRedirect(reverse("admin:notifications_contact_changelist"))


def _uploaded(request: HttpRequest, site_context: dict[str, Any]) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(sheets.MAX_BYTES + 1)
        try:
            return _shown(request, site_context, form.cleaned_data["kind"], file.name, content)
        except sheets.BadSheet as bad:
            form.add_error("file", _said(bad))
    context = {**site_context, "form": form, "columns": COLUMN_NAMES.values(), "title": _("Importer")}
    return TemplateResponse(request, "notifications/admin/contact_import.html", context)


def _shown(
    request: HttpRequest, site_context: dict[str, Any], kind: str, name: str, content: bytes
) -> TemplateResponse:
    """What this file would do, before anything is written."""
    plan = JUDGES[kind](name, content)
    rows = _rows(plan)
    context = {
        **site_context,
        "title": _("Importer"),
        "plan": plan,
        "is_stops": kind == Kind.STOPS,
        "counts": [(label, plan.counts[outcome]) for outcome, label in OUTCOMES.items() if plan.counts[outcome]],
        "rows": rows[:SHOWN_LINES],
        "hidden_rows": max(0, len(rows) - SHOWN_LINES),
        "token": _kept(request, Waiting(kind, name, plan.digest, content)),
    }
    return TemplateResponse(request, "notifications/admin/contact_import.html", context)


def _rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    """Every line that is not taken as it is: its number, its value, what becomes of it, and why; refusals first."""
    told = [line for line in plan.lines if line.outcome is not Outcome.CREATED or line.notes]
    told = [line for line in told if line.reason or line.notes or line.outcome not in judging.WRITTEN]
    told.sort(key=lambda line: (line.outcome is not Outcome.REFUSED, line.line))
    return [
        (
            str(line.line),
            line.value,
            str(OUTCOMES[line.outcome]),
            " ; ".join(str(REASONS[reason]) for reason in (line.reason, *line.notes) if reason),
        )
        for line in told
    ]


def _report(plan: Plan) -> HttpResponse:
    """The same lines, all of them, as a file that a spreadsheet opens without running anything."""
    head = [gettext("ligne"), gettext("valeur"), gettext("résultat"), gettext("raison")]
    answer = HttpResponse(sheets.written([head, *map(list, _rows(plan))]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="import-rapport.csv"'
    return answer


def _said(bad: sheets.BadSheet) -> str:
    names = ", ".join(str(COLUMN_NAMES.get(name, name)) for name in bad.detail.split(", "))
    return str(BAD_SHEETS[bad.code] % {"detail": names})


def _done(plan: Plan, kind: str) -> str:
    done = {"new": plan.counts[Outcome.CREATED], "known": plan.counts[Outcome.UPDATED]}
    if kind == Kind.STOPS:
        return gettext("C’est fait. Numéros ajoutés à la liste des STOP : %(new)d.") % done
    return gettext("C’est fait. Contacts créés : %(new)d ; accords ajoutés à des contacts connus : %(known)d.") % done


def _log(request: HttpRequest, plan: Plan, kind: str) -> None:
    """Who imported which bytes, and what came of it."""
    counts = ", ".join(f"{outcome} {count}" for outcome, count in sorted(plan.counts.items()))
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(Contact),
        object_repr=plan.name[:200],
        action_flag=ADDITION,
        change_message=f"import {kind}: {counts}; sha256 {plan.sha256}",
    )


def _place(request: HttpRequest, token: str) -> str:
    return f"contact-import:{request.user.pk}:{hashlib.sha256(token.encode()).hexdigest()}"


def _kept(request: HttpRequest, waiting: Waiting) -> str:
    """Put the file aside; returns the key, without which what is kept is noise."""
    key = Fernet.generate_key()
    head = "\n".join([waiting.kind, waiting.shown, waiting.name.replace("\n", " ")]).encode()
    sealed = Fernet(key).encrypt(zlib.compress(head + b"\n" + waiting.content))
    cache.set(_place(request, key.decode()), sealed, WAITS_SECONDS)
    return key.decode()


def _taken(request: HttpRequest, token: str) -> Waiting | None:
    sealed = cache.get(_place(request, token))
    if sealed is None:
        return None
    try:
        kind, shown, name, content = zlib.decompress(Fernet(token).decrypt(sealed)).split(b"\n", 3)
    except (InvalidToken, ValueError):
        return None
    return Waiting(kind.decode(), name.decode(), shown.decode(), content)
