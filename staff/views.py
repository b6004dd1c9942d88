"""The pages of the second factor: give a code, enroll a telephone, keep recovery codes, prove it is still oneself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff import devices, history, lockout, proof
from staff.forms import CodeForm, ProofForm, RecoveryForm
from staff.models import RecoveryCodes

StaffView = Callable[[HttpRequest, User], HttpResponse]
_METHODS = ["GET", "HEAD", "POST"]


def _careful(view: StaffView) -> Callable[[HttpRequest], HttpResponse]:
    """A page of somebody who gave at least a password: never kept, tries counted, nothing typed is ever logged."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return redirect(proof.with_next("admin:login", proof.next_page(request)))
        if lockout.is_locked(request, user):
            return lockout.response(request)
        return lockout.too_many(request) or view(request, user)

    return never_cache(require_http_methods(_METHODS)(sensitive_post_parameters()(wrapper)))


# --- Coming in ---------------------------------------------------------------------------------------------------
@_careful
@sensitive_variables()
def code(request: HttpRequest, user: User) -> HttpResponse:
    """The second step of a sign-in, with the telephone or (« ?secours ») with a code on paper."""
    if proof.is_complete(request):
        return redirect(proof.next_page(request))
    if devices.confirmed(user) is None:
        return redirect(proof.with_next("admin:enroll", proof.next_page(request)))
    on_paper = "secours" in request.GET
    form = (RecoveryForm if on_paper else CodeForm)(request.POST or None)
    if form.is_valid():
        device = devices.check(user, form.cleaned_data["code"])
        if device is not None:
            lockout.clear(request, user)
            proof.complete(request, device)
            if isinstance(device, RecoveryCodes):
                _tell_codes_left(request, user)
            return redirect(proof.next_page(request))
        _refuse(request, user, form)
    return _page(request, "code", _("Votre code"), form=form, on_paper=on_paper, demo_code=devices.demo_code(user))


@_careful
@sensitive_variables()
def enroll(request: HttpRequest, user: User) -> HttpResponse:
    """Tie a telephone to this account: the first one at the first sign-in, another one with a fresh proof."""
    if (elsewhere := _enrolls_elsewhere(request, user)) is not None:
        return elsewhere
    device = devices.pending(user)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        enrolled = devices.enroll(user, form.cleaned_data["code"])
        if enrolled is not None:
            lockout.clear(request, user)
            proof.complete(request, enrolled[0])
            history.record(user, user, _("Second facteur activé."))
            return _show_codes(request, enrolled[1])
        _refuse(request, user, form)
    key = devices.key_as_text(device)
    return _page(request, "enroll", _("Protéger votre compte"), form=form, key=key)


@_careful
@sensitive_variables()
def qr_code(request: HttpRequest, user: User) -> HttpResponse:
    """The picture of the key of the enrollment under way, and of no other."""
    if (elsewhere := _enrolls_elsewhere(request, user)) is not None:
        return elsewhere
    return HttpResponse(devices.qr_code(devices.pending(user)), content_type="image/svg+xml")


def _enrolls_elsewhere(request: HttpRequest, user: User) -> HttpResponse | None:
    """Where somebody must go who may not enroll a telephone now."""
    if proof.is_complete(request):
        return None if proof.is_fresh(request) else redirect(proof.with_next("admin:prove", request.path))
    return redirect(proof.with_next("admin:code", proof.next_page(request))) if devices.confirmed(user) else None


# --- Once in: these are behind `admin_view` ----------------------------------------------------------------------
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What protects one's own account."""
    assert isinstance(request.user, User)
    left = devices.recovery_codes_left(request.user)
    device = devices.confirmed(request.user)
    return _page(request, "account", _("Mon second facteur"), device=device, codes_left=left)


@require_POST
@proof.required
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown once."""
    assert isinstance(request.user, User)
    codes = devices.renew_recovery_codes(request.user)
    history.record(request.user, request.user, _("Codes de secours renouvelés."))
    return _show_codes(request, codes)


@_careful
@sensitive_variables()
def prove(request: HttpRequest, user: User) -> HttpResponse:
    """Password and code again, before what moves money or shows an address."""
    form = ProofForm(request.POST or None)
    if form.is_valid():
        known = authenticate(request, username=user.get_username(), password=form.cleaned_data["password"])
        if known != user:
            form.add_error("password", _("Ce n’est pas votre mot de passe."))
            lockout.end_if_locked(request, user)
        elif devices.check(user, form.cleaned_data["code"]) is None:
            _refuse(request, user, form)
        else:
            lockout.clear(request, user)
            proof.renew(request)
            request.session.cycle_key()
            return redirect(proof.next_page(request))
    title = _("Confirmez que c’est vous")
    return _page(request, "prove", title, form=form, demo_code=devices.demo_code(user))


def _refuse(request: HttpRequest, user: User, form: forms.Form) -> None:
    form.add_error("code", _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."))
    lockout.note_failure(request, user)


def _tell_codes_left(request: HttpRequest, user: User) -> None:
    left = devices.recovery_codes_left(user)
    text = ngettext("Il vous reste %(n)d code de secours.", "Il vous reste %(n)d codes de secours.", left) % {"n": left}
    messages.warning(request, text)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    response = _page(request, "codes", _("Vos codes de secours"), codes=codes, next=proof.next_page(request))
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _page(request: HttpRequest, name: str, title: str, **context: object) -> HttpResponse:
    frame = admin.site.each_context(request)
    values = {"title": title, "next": proof.next_page(request), **context}
    return render(request, f"admin/staff/{name}.html", frame | values)
