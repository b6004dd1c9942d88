"""Who is on X. Any handle exists and takes private messages, except by convention or by the control API:

`@ferme…` takes none · `@inconnu…` does not exist (200 with errors) · `@suspendu…` is suspended (404) ·
`@sanschamp…` is shown without `receives_your_dm` · `@bloque…` says yes and refuses the message with 403.
"""

from __future__ import annotations

import zlib
from typing import Any

from standins.world import World

JSON = dict[str, Any]
PRESENT, UNKNOWN, SUSPENDED = "yes", "no", "suspended"


def person(world: World, handle: str) -> JSON:
    """Return what is known of a handle; the numeric id stays the same for ever."""
    key = handle.casefold()
    known = world.store.get("x_user", key)
    if known is not None:
        return known
    made: JSON = {
        "id": str(1_000_000_000 + zlib.crc32(key.encode())),
        "username": handle,
        "name": handle.replace("_", " ").title(),
        "exists": UNKNOWN if key.startswith("inconnu") else SUSPENDED if key.startswith("suspendu") else PRESENT,
        "receives_your_dm": None if key.startswith("sanschamp") else not key.startswith("ferme"),
        "can_be_written_to": not key.startswith(("ferme", "bloque")),
    }
    return world.store.put("x_user", key, made)


def by_id(world: World, key: str) -> JSON | None:
    """Return the person of a numeric id that was looked up before."""
    return next((one for one in world.store.all("x_user") if one["id"] == key), None)


def change(world: World, handle: str, **fields: Any) -> JSON:
    """Set `exists`, `receives_your_dm` (true, false, null: the field is missing), `can_be_written_to` or `username`.

    A new `username` renames: the number goes with the person, and whoever takes the old handle later has another one.
    """
    if "username" in fields:
        return _rename(world, handle, str(fields["username"]))
    known = person(world, handle) | fields
    if "receives_your_dm" in fields and "can_be_written_to" not in fields:
        known["can_be_written_to"] = fields["receives_your_dm"] is not False
    return world.store.put("x_user", handle.casefold(), known)


def _rename(world: World, handle: str, name: str) -> JSON:
    known = person(world, handle)
    left = known | {"id": str(int(known["id"]) + 5_000_000_000), "exists": UNKNOWN}
    world.store.put("x_user", handle.casefold(), left)
    return world.store.put("x_user", name.casefold(), known | {"username": name})
