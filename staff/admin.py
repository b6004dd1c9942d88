"""The people of the back office: Django's own pages, and what an administrator does when a telephone is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import devices, history, lockout, proof
from staff.models import Authenticator

# Django's admin classes take type arguments for the checker only.
if TYPE_CHECKING:
    Users = UserAdmin[User]
else:
    Users = UserAdmin

# django-otp's own pages would show the keys.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


@admin.register(User)
class StaffAdmin(Users):
    list_display = ["username", "email", "last_name", "is_active", "has_device", "connection", "last_login"]
    list_filter = ["is_active", "groups", "is_superuser"]
    actions = ["reset_second_factor", "unlock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices_of = Authenticator.objects.filter(user=OuterRef("pk"), confirmed=True)
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.annotate(enrolled=Exists(devices_of), closed=Exists(lockout.closed_places(OuterRef("username"))))

    @admin.display(description=_("second facteur"), boolean=True, ordering="enrolled")
    def has_device(self, user: Any) -> bool:
        return bool(user.enrolled)

    @admin.display(description=_("connexion"), ordering="closed")
    def connection(self, user: Any) -> str:
        return gettext("fermée pour l’instant") if user.closed else gettext("ouverte")

    # --- What gives a right, or a way in, wants a fresh proof: all the rest could be had with it ---------------------
    @method_decorator(proof.required)
    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(*args, **kwargs)

    @method_decorator(proof.required)
    def user_change_password(self, *args: Any, **kwargs: Any) -> Any:
        return super().user_change_password(*args, **kwargs)

    # --- Only a superuser touches a superuser ----------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People who leave are made inactive: what they did keeps their name."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        names = list(super().get_readonly_fields(request, obj))
        return names if request.user.is_superuser else [*names, "is_superuser"]

    # --- Lost telephones, closed doors -----------------------------------------------------------------------------
    @admin.action(description=_("Réinitialiser le second facteur"), permissions=["change"])
    @method_decorator(proof.required)
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        assert isinstance(request.user, User)
        done = 0
        for user in queryset:
            if self.has_change_permission(request, user) and devices.reset(user):
                history.record(user, request.user, gettext("Second facteur réinitialisé."))
                done += 1
        text = ngettext(
            "%(n)d personne devra enregistrer un téléphone à sa prochaine connexion.",
            "%(n)d personnes devront enregistrer un téléphone à leur prochaine connexion.",
            done,
        )
        self.message_user(request, text % {"n": done}, messages.SUCCESS if done else messages.WARNING)

    @admin.action(description=_("Rouvrir la connexion"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        assert isinstance(request.user, User)
        done = 0
        for user in queryset:
            if self.has_change_permission(request, user) and lockout.unlock(user):
                history.record(user, request.user, gettext("Connexion rouverte."))
                done += 1
        text = ngettext("%(n)d connexion rouverte.", "%(n)d connexions rouvertes.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS if done else messages.WARNING)


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin):
    """What each job may see and do: changed one group at a time, with a fresh proof."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    @method_decorator(proof.required)
    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(*args, **kwargs)

    @method_decorator(proof.required)
    def delete_view(self, *args: Any, **kwargs: Any) -> Any:
        return super().delete_view(*args, **kwargs)
