"""The back office's forms of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import photos
from catalog.composition import lines
from catalog.drawing.species import SPECIES
from catalog.models import Color, Occasion, Product
from interflora.lib.wording import clean_text

# Django's form classes take type arguments for the checker only.
if TYPE_CHECKING:
    ProductModelForm = forms.ModelForm[Product]
    OccasionModelForm = forms.ModelForm[Occasion]
else:
    ProductModelForm = OccasionModelForm = forms.ModelForm

REFUSALS = {
    "too_heavy": _("Cette photo pèse plus de 8\u00a0Mo. Réduisez-la puis envoyez-la de nouveau."),
    "not_a_photo": _("Ce fichier n’est pas une photo lisible. Envoyez un JPEG, un PNG ou un WebP."),
    "too_large": _("Cette photo a trop de pixels (40 millions au plus). Réduisez-la puis envoyez-la de nouveau."),
    "too_small": _("Cette photo est trop petite\u00a0: il faut au moins 400 pixels de côté."),
}
CARD_LIMIT = 255


class ProductForm(ProductModelForm):
    colors = forms.MultipleChoiceField(label=_("Couleurs"), choices=Color.choices, widget=forms.CheckboxSelectMultiple)
    new_photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_(
            "Remplace le dessin. JPEG, PNG ou WebP, 8\u00a0Mo au plus\u00a0; elle est recadrée en hauteur (4 par 5)."
        ),
    )
    drop_photo = forms.BooleanField(label=_("Revenir au dessin"), required=False)

    class Meta:
        model = Product
        fields = [
            "name", "slug", "headline", "story", "kind", "composition", "arrangement", "wrapping", "colors",
            "occasions", "care", "is_pet_safe", "pet_note", "is_scented", "sheds_pollen", "irritates_skin", "vat_bp",
            "is_funeral", "is_active", "rank",
        ]  # fmt: skip

    def clean_new_photo(self) -> str:
        """The name of the stored photo, empty when none was sent."""
        upload: Any = self.cleaned_data.get("new_photo")
        if not upload:
            return ""
        try:
            return photos.keep(upload, upload.size)
        except photos.PhotoRefused as error:
            raise forms.ValidationError(REFUSALS[error.code]) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_pet_safe") and "composition" in cleaned:
            toxic = {
                str(SPECIES[line.species].name)
                for line in lines(cleaned["composition"])
                if SPECIES[line.species].is_toxic
            }
            if toxic:
                told = ", ".join(sorted(toxic))
                self.add_error(
                    "is_pet_safe",
                    _("Toxique pour les animaux\u00a0: %(flowers)s. Décochez cette case.") % {"flowers": told},
                )
        return cleaned

    def save(self, commit: bool = True) -> Product:
        if self.cleaned_data["new_photo"]:
            self.instance.photo = self.cleaned_data["new_photo"]
        elif self.cleaned_data["drop_photo"]:
            self.instance.photo = ""
        return super().save(commit)


class OccasionForm(OccasionModelForm):
    card_texts = forms.CharField(
        label=_("Textes de carte"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 100}),
        help_text=_("Un texte par ligne, 255 signes au plus chacun."),
    )

    class Meta:
        model = Occasion
        fields = ["name", "slug", "headline", "introduction", "synonyms", "card_texts", "position", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["card_texts"] = "\n".join(self.instance.card_texts)

    def clean_card_texts(self) -> list[str]:
        texts = [line.strip() for line in self.cleaned_data["card_texts"].splitlines() if line.strip()]
        for text in texts:
            if len(text) > CARD_LIMIT:
                raise forms.ValidationError(
                    _("Trop long (255 signes au plus)\u00a0: «\u00a0%(start)s…\u00a0»") % {"start": text[:40]}
                )
        return [clean_text(text, CARD_LIMIT) for text in texts]
