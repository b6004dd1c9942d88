"""The number of the current catalogue: fragments rendered from it are cached under it."""

from django.db.models import F

from catalog.models import CatalogVersion


def current() -> int:
    """One query; 0 before the first change."""
    return CatalogVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def bump() -> None:
    """To call, in the same transaction, after any change the shop's pages show. Two at once both count."""
    if not CatalogVersion.objects.filter(pk=1).update(number=F("number") + 1):
        CatalogVersion.objects.bulk_create([CatalogVersion(pk=1, number=0)], ignore_conflicts=True)
        CatalogVersion.objects.filter(pk=1).update(number=F("number") + 1)
