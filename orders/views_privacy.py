"""The sender's data, behind the order's secret link: a copy, and its erasure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from orders import access, privacy
from orders.forms import EraseForm
from orders.recipients import TooLate


@require_http_methods(["GET", "HEAD", "POST"])
@access.secret
def data(request: HttpRequest, token: str) -> HttpResponse:
    """/commande/<token>/donnees/: what is kept and why; a POST with the box ticked erases it."""
    order = access.order_or_404(token)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            privacy.erase(order.pk)
        except TooLate:
            messages.error(request, _("Cette commande n’est pas encore close\u00a0: revenez une fois tout terminé."))
            return redirect("orders:data", token)
        messages.success(request, _("C’est fait\u00a0: nous ne savons plus qui a passé cette commande."))
        return redirect("orders:order_page", token)
    ctx = {"order": order, "token": token, "form": form, "may_erase": privacy.may_erase(order)}
    return render(request, "orders/data.html", ctx)


@require_safe
@access.secret
def data_copy(request: HttpRequest, token: str) -> HttpResponse:
    """/commande/<token>/donnees.json: the copy, to keep or to take elsewhere."""
    order = access.order_or_404(token)
    response = JsonResponse(privacy.export(order), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="commande-{order.public_id}.json"'
    return response
