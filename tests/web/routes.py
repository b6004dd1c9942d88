"""Every address of a role, from the URL resolver itself: a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes(urlconf: str) -> dict[str, str]:
    """Name → pattern. Nameless routes go by their pattern; anymail's webhooks for each provider go as one."""
    return dict(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for item in patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = ":".join(part for part in (space, item.namespace) if part)
            yield from _walk(item.url_patterns, path, inner)
        else:
            yield (":".join(part for part in (space, item.name) if part) if item.name else path), path
