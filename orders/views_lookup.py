"""« Retrouver ma commande », for whoever lost the secret link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interflora.lib.requests import client_ip, rate_limited
from orders import access, lookups
from orders.forms import LookupForm


@access.private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """/commande/retrouver/: asks for the e-mail of the order. Answers the same whether or not we know it."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and _asks_too_often(request):
        form.add_error(None, _("Beaucoup de demandes sont venues d’ici. Patientez dix minutes, ou écrivez-nous."))
        status = 429
    elif form.is_valid():
        lookups.ask(form.cleaned_data["email"], (get_language() or "fr")[:2])
        return redirect("orders:find_asked")
    return render(request, "orders/find.html", {"form": form}, status=status)


@access.private
@require_safe
def find_asked(request: HttpRequest) -> HttpResponse:
    """/commande/retrouver/demande/: what happens next, in the same words for everybody."""
    return render(request, "orders/find_asked.html")


def _asks_too_often(request: HttpRequest) -> bool:
    """20 e-mails in ten minutes from one address (an office shares one between many), 2,000 in all."""
    one = rate_limited(f"find:{client_ip(request)}", limit=20, seconds=600)
    everybody = rate_limited("find:all", limit=2000, seconds=600)
    return one or everybody
