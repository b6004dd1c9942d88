"""The form of a segment: rules that say how many people they reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.marketing import occasions, segments
from notifications.marketing.models import Buyers, Segment

if TYPE_CHECKING:
    SegmentModelForm = forms.ModelForm[Segment]
else:
    SegmentModelForm = forms.ModelForm

DEPARTMENT = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|97|98")  # of a postcode's first two digits; Corsica is 20
CORSICA = {"2A": "20", "2B": "20"}


class SegmentForm(SegmentModelForm):
    """Rules that all apply together; those that exclude each other are refused beside their field."""

    occasion = forms.ChoiceField(label=_("Occasion achetée"), required=False)

    class Meta:
        model = Segment
        fields = ["name", *Segment.RULES]
        widgets = {"buyers": forms.RadioSelect}
        help_texts = {
            "silent_for_days": _("Par exemple 365 pour retrouver ceux que l’on n’a pas vus depuis un an."),
            "spent_min_euros": _("Ce qui a été remboursé n’est pas compté."),
            "anniversary_in_days": _(
                "Par exemple 7 : une semaine avant la date. Un deuil ou une commande qui s’est mal passée n’est "
                "jamais rappelé."
            ),
            "departments": _(
                "Où les bouquets ont été livrés, par exemple 35 75. Un cadeau à une adresse inconnue n’y compte jamais."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slugs = dict.fromkeys([*segments.known_occasions(), *filter(None, [self.instance.occasion])])
        occasion, buyers = self.fields["occasion"], self.fields["buyers"]
        assert isinstance(occasion, forms.ChoiceField)
        assert isinstance(buyers, forms.ChoiceField)
        occasion.choices = [("", _("Peu importe")), *((slug, occasions.label(slug)) for slug in slugs)]
        buyers.choices = Buyers.choices

    def clean_departments(self) -> str:
        """Sorted codes, each once, as purchase facts hold them."""
        typed = re.split(r"[\s,;]+", str(self.cleaned_data["departments"]).strip().upper())
        codes = {CORSICA.get(code, code.zfill(2)) for code in typed if code}
        for code in sorted(codes):
            if not DEPARTMENT.fullmatch(code):
                raise forms.ValidationError(
                    _("«\u00a0%(code)s\u00a0» n’est pas un département."), params={"code": code}
                )
        return " ".join(sorted(codes))

    def clean(self) -> dict[str, Any]:
        """Raise nothing the database would: a rule that makes another senseless is told beside it."""
        data = super().clean() or {}
        if data.get("buyers") == Buyers.NEVER and any(data.get(rule) for rule in Segment.RULES[1:]):
            self.add_error("buyers", _("Qui n’a jamais acheté n’a pas d’achat\u00a0: retirez les autres critères."))
        least, most = data.get("orders_min"), data.get("orders_max")
        if least and most and least > most:
            self.add_error("orders_max", _("Ce nombre est plus petit que le minimum."))
        within, silent = data.get("bought_within_days"), data.get("silent_for_days")
        if within and silent and silent >= within:
            self.add_error("silent_for_days", _("Personne ne peut répondre à ces deux durées à la fois."))
        return data
