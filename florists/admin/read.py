"""Who opened the vault: read-only for everybody; somebody else notes that a busy day was looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from florists import reads
from florists.models import AddressRead
from florists.reads import OwnReads

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    ReadModelAdmin = admin.ModelAdmin[AddressRead]
else:
    ReadModelAdmin = admin.ModelAdmin


@admin.register(AddressRead)
class AddressReadAdmin(ReadModelAdmin):
    list_display = ["read_at", "delivery", "purpose", "florist", "user", "reason", "reviewed_at", "reviewed_by"]
    list_filter = ["purpose"]
    list_select_related = ["delivery", "florist", "user", "reviewed_by"]
    search_fields = ["delivery__public_id", "user__username"]
    date_hierarchy = "read_at"
    actions = ["review"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AddressRead | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AddressRead | None = None) -> bool:
        return False

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Administrators; never of their own reads."""
        return request.user.has_perm("florists.change_addressread")

    @admin.action(description=_("Journées vérifiées avec la personne"), permissions=["review"])
    def review(self, request: HttpRequest, queryset: QuerySet[AddressRead]) -> None:
        assert isinstance(request.user, User)
        done = 0
        for read in queryset:
            try:
                done += reads.review(read, request.user)
            except OwnReads:
                self.message_user(request, _("Vos lectures sont vérifiées par quelqu’un d’autre."), messages.WARNING)
                return
        text = ngettext("%(n)d lecture vérifiée.", "%(n)d lectures vérifiées.", done) % {"n": done}
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)
