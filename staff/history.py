"""What happened to somebody's access, in the history Django's admin keeps of the person."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User


def record(person: User, actor: User, sentence: str) -> None:
    """Append one line to the history of `person`: who did it, and what, without any code."""
    LogEntry.objects.log_actions(
        user_id=actor.pk,
        queryset=User.objects.filter(pk=person.pk),
        action_flag=CHANGE,
        change_message=sentence,
        single_object=True,
    )
