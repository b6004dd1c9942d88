"""The back office's forms of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import photos
from catalog.composition import lines
from catalog.drawing.species import SPECIES
from catalog.models import Color, Occasion, Product
from interflora.lib.wording import Refused, screen_message

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
SIDE_BY_SIDE = forms.Textarea(attrs={"rows": 6, "cols": 48})


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
            "name", "name_en", "slug", "headline", "headline_en", "story", "story_en", "kind", "composition",
            "arrangement", "wrapping", "colors", "occasions", "care", "care_en", "is_pet_safe", "pet_note",
            "pet_note_en", "is_scented", "sheds_pollen", "irritates_skin", "vat_bp", "is_funeral", "is_active", "rank",
        ]  # fmt: skip
        widgets = dict.fromkeys(("story", "story_en", "care", "care_en"), SIDE_BY_SIDE)

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


class CardTextsField(forms.CharField):
    """One text per line, each fit for a card."""

    widget = SIDE_BY_SIDE

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [_card_text(line) for line in super().clean(value).splitlines() if line.strip()]


def _card_text(line: str) -> str:
    """The text as a buyer may send it. Raises ValidationError with its beginning."""
    start = {"start": line.strip()[:40]}
    try:
        return screen_message(line)
    except Refused as refusal:
        if refusal.code == "too_long":
            raise forms.ValidationError(
                _("Trop long (255 signes au plus)\u00a0: «\u00a0%(start)s…\u00a0»") % start
            ) from None
        raise forms.ValidationError(
            _("Une carte ne porte ni site, ni e-mail, ni téléphone, ni @\u00a0: «\u00a0%(start)s…\u00a0»") % start
        ) from None


class OccasionForm(OccasionModelForm):
    card_texts = CardTextsField(
        label=_("Textes de carte"),
        required=False,
        help_text=_("Un texte par ligne, 255 signes au plus chacun."),
    )
    card_texts_en = CardTextsField(label=_("Textes de carte en anglais"), required=False)

    class Meta:
        model = Occasion
        fields = [
            "name", "name_en", "slug", "headline", "headline_en", "introduction", "introduction_en", "synonyms",
            "synonyms_en", "card_texts", "card_texts_en", "position", "is_active",
        ]  # fmt: skip
        widgets = dict.fromkeys(("introduction", "introduction_en"), SIDE_BY_SIDE)
