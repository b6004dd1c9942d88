"""The back office's pages of the catalogue. Every change bumps the catalogue's version, so that it shows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog import versions
from catalog.drawing.species import SPECIES
from catalog.forms import OccasionForm, ProductForm
from catalog.models import AddOn, Color, Occasion, Product, ProductVariant
from interflora.lib.money import euros

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    VariantTable = admin.TabularInline[ProductVariant, Product]
    Bumping = admin.ModelAdmin[Any]
else:
    Bumping = admin.ModelAdmin
    VariantTable = admin.TabularInline


ENGLISH_HINT = _("Un texte anglais laissé vide se lit en français dans la boutique anglaise.")


class BumpingAdmin(Bumping):
    """An admin whose every write is a new version of the catalogue, in the same transaction."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        versions.bump()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        versions.bump()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        versions.bump()


class VariantInline(VariantTable):
    model = ProductVariant
    extra = 0
    min_num = 1
    max_num = 3
    fields = ("size", "price_cents", "height_cm", "width_cm", "stems", "is_active")


@admin.register(Product)
class ProductAdmin(BumpingAdmin):
    form = ProductForm
    inlines = (VariantInline,)
    list_display = (
        "picture", "name", "kind", "flower", "from_price", "is_pet_safe", "has_english", "is_active", "rank",
    )  # fmt: skip
    list_display_links = ("picture", "name")
    list_filter = ("is_active", "has_english", "kind", "occasions", "is_pet_safe", "is_funeral", "arrangement")
    list_per_page = 50
    search_fields = ("search_text",)
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("occasions",)
    readonly_fields = ("picture", "color_names")
    fieldsets = (
        (None, {"fields": ("picture", "slug", "kind", "is_active", "rank", "vat_bp")}),
        (
            _("Textes, en français et en anglais"),
            {
                "fields": (("name", "name_en"), ("headline", "headline_en"), ("story", "story_en")),
                "description": ENGLISH_HINT,
            },
        ),
        (_("Fleurs et dessin"), {"fields": ("composition", "arrangement", "wrapping", "colors")}),
        (_("Photo"), {"fields": ("new_photo", "drop_photo")}),
        (_("Occasions"), {"fields": ("occasions", "is_funeral")}),
        (
            _("Entretien, animaux, allergies"),
            {
                "fields": (
                    ("care", "care_en"),
                    "is_pet_safe",
                    ("pet_note", "pet_note_en"),
                    "is_scented",
                    "sheds_pollen",
                    "irritates_skin",
                )
            },
        ),
    )
    actions = ("put_on_sale", "take_off_sale")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return Product.objects.with_prices()

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Who may only look sees no question about a photo, and the colors by name."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        shown = [(title, options) for title, options in self.fieldsets if "new_photo" not in options["fields"]]
        drawing = {"fields": ("composition", "arrangement", "wrapping", "color_names")}
        return [(title, drawing if "colors" in options["fields"] else options) for title, options in shown]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # The occasions are searched too, and they are only known now.
        form.instance.save()

    @admin.display(description=_("Image"))
    def picture(self, product: Product) -> SafeString | str:
        if not product.pk:
            return "–"
        return format_html('<img src="{}" alt="" width="80" height="100">', product.picture_url())

    @admin.display(description=_("Couleurs"))
    def color_names(self, product: Product) -> str:
        return ", ".join(str(Color(color).label) for color in product.colors)

    @admin.display(description=_("Fleur"), ordering="main_flower")
    def flower(self, product: Product) -> str:
        return str(SPECIES[product.main_flower].name)

    @admin.display(description=_("Dès"), ordering="from_cents")
    def from_price(self, product: Product) -> str:
        cents: int | None = getattr(product, "from_cents", None)
        return "–" if cents is None else euros(cents)

    @admin.action(description=_("Mettre en vente"), permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        queryset.update(is_active=True)
        versions.bump()

    @admin.action(description=_("Retirer de la vente"), permissions=["change"])
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        queryset.update(is_active=False)
        versions.bump()


@admin.register(Occasion)
class OccasionAdmin(BumpingAdmin):
    form = OccasionForm
    list_display = ("name", "headline", "has_english", "is_active", "position")
    list_filter = ("is_active", "has_english")
    search_fields = ("name", "synonyms", "name_en", "synonyms_en")
    fieldsets = (
        (None, {"fields": ("slug", "is_active", "position")}),
        (
            _("Textes, en français et en anglais"),
            {
                "fields": (
                    ("name", "name_en"),
                    ("headline", "headline_en"),
                    ("introduction", "introduction_en"),
                    ("synonyms", "synonyms_en"),
                    ("card_texts", "card_texts_en"),
                ),
                "description": ENGLISH_HINT,
            },
        ),
    )
    prepopulated_fields = {"slug": ("name",)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The names of an occasion are searched through its products."""
        super().save_related(request, form, formsets, change)
        for product in form.instance.products.all():
            product.save()


@admin.register(AddOn)
class AddOnAdmin(BumpingAdmin):
    list_display = ("name", "price", "vat_bp", "fits_joy", "fits_funeral", "has_english", "is_active", "position")
    list_filter = ("is_active", "has_english")
    fieldsets = (
        (
            _("Textes, en français et en anglais"),
            {
                "fields": (("name", "name_en"), ("description", "description_en")),
                "description": ENGLISH_HINT,
            },
        ),
        (
            None,
            {
                "fields": (
                    "slug",
                    "price_cents",
                    "vat_bp",
                    "fits_joy",
                    "fits_funeral",
                    "is_for_stems",
                    "is_alcohol",
                    "position",
                    "is_active",
                )
            },
        ),
    )
    prepopulated_fields = {"slug": ("name",)}

    @admin.display(description=_("Prix"), ordering="price_cents")
    def price(self, add_on: AddOn) -> str:
        return euros(add_on.price_cents)
