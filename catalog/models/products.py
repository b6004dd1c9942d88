"""Products in three sizes."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.composition import Line, lines, validate_composition
from catalog.drawing import Drawing
from catalog.drawing.arrangements import Arrangement
from catalog.drawing.papers import Wrapping
from catalog.drawing.species import SPECIES
from catalog.models import searched
from catalog.models.choices import SIZE_ORDER, VAT_CHOICES, VAT_RATES_BP, Color, Kind, Size
from catalog.models.occasions import Occasion
from catalog.wording import fold
from interflora.lib.languages import Shown, is_complete


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> Self:
        """Active products that have at least one size to sell."""
        priced = ProductVariant.objects.filter(product=models.OuterRef("pk"), is_active=True)
        return self.filter(models.Exists(priced), is_active=True)

    def with_prices(self) -> Self:
        """Adds ``from_cents``: the lowest price among the sizes on sale."""
        cheapest = (
            ProductVariant.objects.filter(product=models.OuterRef("pk"), is_active=True)
            .order_by("price_cents")
            .values("price_cents")[:1]
        )
        return self.annotate(from_cents=models.Subquery(cheapest))

    def for_occasion(self, slug: str) -> Self:
        return self.filter(occasions__slug=slug, occasions__is_active=True)

    def of_color(self, color: str) -> Self:
        return self.filter(colors__contains=[color])

    def with_flower(self, species: str) -> Self:
        return self.filter(flowers__contains=[species])

    def for_pets(self) -> Self:
        return self.filter(is_pet_safe=True)


class Product(models.Model):
    """A bouquet, a composition or a plant. ``composition`` is the recipe (``catalog/composition.py``); the
    drawn picture, ``flowers`` and ``search_text`` follow from it on save."""

    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(_("nom en anglais"), max_length=80, blank=True)
    headline = models.CharField(_("sous-titre"), max_length=120)
    headline_en = models.CharField(_("sous-titre en anglais"), max_length=120, blank=True)
    story = models.TextField(_("histoire"), max_length=1200)
    story_en = models.TextField(_("histoire en anglais"), max_length=1200, blank=True)
    kind = models.CharField(_("genre"), max_length=12, choices=Kind.choices, default=Kind.BOUQUET)
    composition = models.JSONField(
        _("composition"),
        validators=[validate_composition],
        help_text=_(
            "Une liste de {species, color, label, label_en, stems: [petit, moyen, grand]}\u00a0; la fleur principale "
            "d’abord. label_en, le nom en anglais, peut manquer."
        ),
    )
    arrangement = models.CharField(_("forme"), max_length=20, choices=Arrangement.choices)
    wrapping = models.CharField(_("papier"), max_length=20, choices=Wrapping.choices, default=Wrapping.KRAFT)
    colors = ArrayField(
        models.CharField(max_length=12, choices=Color.choices), verbose_name=_("couleurs"), default=list
    )
    occasions = models.ManyToManyField(Occasion, related_name="products", blank=True, verbose_name=_("occasions"))
    care = models.TextField(_("conseils d’entretien"), max_length=800)
    care_en = models.TextField(_("conseils d’entretien en anglais"), max_length=800, blank=True)
    is_pet_safe = models.BooleanField(_("sans danger pour les chats et les chiens"), default=False)
    pet_note = models.CharField(_("remarque pour les animaux"), max_length=200, blank=True)
    pet_note_en = models.CharField(_("remarque pour les animaux en anglais"), max_length=200, blank=True)
    is_scented = models.BooleanField(_("parfum soutenu"), default=False)
    sheds_pollen = models.BooleanField(_("pollen visible"), default=False)
    irritates_skin = models.BooleanField(_("sève irritante"), default=False)
    vat_bp = models.PositiveSmallIntegerField(_("TVA (points de base)"), default=1000, choices=VAT_CHOICES)
    is_funeral = models.BooleanField(_("pour un deuil"), default=False)
    is_active = models.BooleanField(_("en vente"), default=True)
    rank = models.PositiveSmallIntegerField(_("rang de vente"), default=500, help_text=_("1 = la meilleure vente"))
    photo = models.CharField(_("photo"), max_length=160, blank=True, editable=False)
    main_flower = models.CharField(max_length=30, editable=False)
    flowers = ArrayField(models.CharField(max_length=30), default=list, editable=False)
    picture_key = models.CharField(max_length=12, editable=False)
    search_flower = models.CharField(max_length=240, editable=False, default="")
    search_head = models.CharField(max_length=800, editable=False)
    search_text = models.TextField(editable=False)
    sort_key = models.CharField(max_length=120, editable=False)
    sort_key_en = models.CharField(max_length=120, editable=False, default="")
    has_english = models.BooleanField(_("en anglais"), default=False, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    shown_name = Shown[str]("name")
    shown_headline = Shown[str]("headline")
    shown_story = Shown[str]("story")
    shown_care = Shown[str]("care")
    shown_pet_note = Shown[str]("pet_note")

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("produit")
        verbose_name_plural = _("produits")
        ordering = ["rank", "sort_key"]
        constraints = [
            models.CheckConstraint(name="catalog_product_vat", condition=Q(vat_bp__in=VAT_RATES_BP)),
            models.CheckConstraint(name="catalog_product_search", condition=~Q(search_text="")),
            models.CheckConstraint(name="catalog_product_colors", condition=Q(colors__len__gte=1)),
        ]
        indexes = [
            models.Index(fields=["rank", "sort_key"], name="catalog_product_rank"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="catalog_product_trigrams"),
            GinIndex(SearchVector("search_text", config="french"), name="catalog_product_words"),
            GinIndex(fields=["colors"], name="catalog_product_color"),
            GinIndex(fields=["flowers"], name="catalog_product_flower"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also writes what follows from the recipe and the words (environment.md 1: written from Python,
        because accented words sort after Z and ``unaccent()`` cannot be indexed)."""
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    def derive(self) -> None:
        """Sets the derived fields; the occasions count once the product has a primary key."""
        species = [line.species for line in self.recipe]
        self.main_flower = species[0]
        self.flowers = [name for name in dict.fromkeys(species) if not SPECIES[name].is_foliage]
        self.picture_key = self.drawing.key
        self.sort_key = fold(self.name)[:120]
        self.sort_key_en = fold(self.name_en or self.name)[:120]
        self.search_flower, self.search_head, self.search_text = searched.words_of(self)
        told = is_complete(self, "name", "headline", "story", "care", "pet_note")
        self.has_english = told and all(line.label_en for line in self.recipe)

    @property
    def recipe(self) -> list[Line]:
        return lines(self.composition)

    @property
    def drawing(self) -> Drawing:
        return Drawing.of(self.recipe, arrangement=self.arrangement, wrapping=self.wrapping)

    def picture_url(self, size: str = "small") -> str:
        """Path of the picture, ``size`` in small (lists) or large; the same on both sites, safe to cache
        for ever: it changes with the picture."""
        if self.photo:
            return f"/images/photos/{self.photo}-{size}.jpg"
        return f"/images/bouquets/{self.slug}-{size}.{self.picture_key}.svg"

    @property
    def wants_vase(self) -> bool:
        return self.kind == Kind.BOUQUET and self.arrangement not in (Arrangement.VASE, Arrangement.STEM)

    @property
    def spares_allergies(self) -> bool:
        """No strong scent, no visible pollen, no irritating sap."""
        return not (self.is_scented or self.sheds_pollen or self.irritates_skin)

    @property
    def large_picture_url(self) -> str:
        return self.picture_url("large")

    @property
    def picture_alt(self) -> str:
        return f"{self.shown_name}, {self.shown_headline}"


class ProductVariant(models.Model):
    """A product in one size, with its price (euro cents, VAT included) and its real dimensions."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants", verbose_name=_("produit"))
    size = models.CharField(_("taille"), max_length=6, choices=Size.choices)
    price_cents = models.PositiveIntegerField(_("prix TTC (centimes)"))
    height_cm = models.PositiveSmallIntegerField(_("hauteur (cm)"))
    width_cm = models.PositiveSmallIntegerField(_("largeur (cm)"))
    stems = models.PositiveSmallIntegerField(_("tiges"))
    is_active = models.BooleanField(_("en vente"), default=True)

    class Meta:
        verbose_name = _("taille")
        verbose_name_plural = _("tailles")
        ordering = ["product", "price_cents"]
        constraints = [
            models.UniqueConstraint(fields=["product", "size"], name="catalog_variant_size_once"),
            models.CheckConstraint(
                name="catalog_variant_price", condition=Q(price_cents__gte=500, price_cents__lte=50_000)
            ),
            models.CheckConstraint(
                name="catalog_variant_dimensions",
                condition=Q(height_cm__range=(5, 250), width_cm__range=(5, 250), stems__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """« Jardin de Bagatelle, moyen », in the reader's language: what the cart and the order print."""
        return f"{self.product.shown_name}, {str(self.get_size_display()).lower()}"

    @property
    def decimal_price(self) -> str:
        """« 45.90 », for machines."""
        return f"{self.price_cents // 100}.{self.price_cents % 100:02d}"

    def recipe(self) -> list[str]:
        """What goes in this size, one line per flower: « 11 pivoines ‘Sarah Bernhardt’ »."""
        index = SIZE_ORDER.index(self.size)
        return [told for line in self.product.recipe if (told := line.told(index))]
