"""Stripe's refusals."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web


class Refused(Exception):
    """An answer of Stripe's other than 200. `saved`: kept under the idempotency key (the call was carried out)."""

    def __init__(  # noqa: PLR0913
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        saved: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.saved = saved
        self.error: dict[str, Any] = {"type": type, "message": message, **more}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param

    def response(self) -> web.Response:
        """Return the HTTP answer."""
        return answer({"error": self.error}, self.status)


def answer(body: Any, status: int = 200) -> web.Response:
    """Return a JSON answer of Stripe's."""
    return web.Response(
        status=status, text=json.dumps(body, indent=2, ensure_ascii=False), content_type="application/json"
    )


def missing(kind: str, key: str, param: str = "id") -> Refused:
    """Return the 404 for an object that does not exist."""
    return Refused(f"No such {kind}: '{key}'", status=404, code="resource_missing", param=param)
