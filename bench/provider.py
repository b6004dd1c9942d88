"""A provider of texts that only counts, so that it costs little beside what is measured. Loopback only.

    python -m bench.provider PORT

Answers Twilio's create and list requests as the shop's own stand-in does, after a delay in milliseconds that
`POST /reset` sets, and tells at `GET /counts` how many texts it has and how many came twice.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

MESSAGES = "/2010-04-01/Accounts/{sid}/Messages.json"


class Provider:
    def __init__(self) -> None:
        self.delay, self.texts, self.last_at = 0.0, list[dict[str, Any]](), 0.0
        self.by_number = dict[str, list[dict[str, Any]]]()

    async def create(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.delay:
            await asyncio.sleep(self.delay)
        text = {
            "sid": f"SM{len(self.texts):032x}",
            "to": form["To"],
            "body": form["Body"],
            "status": "queued",
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self.texts.append(text)
        self.by_number.setdefault(str(form["To"]), []).append(text)
        self.last_at = time.time()
        return web.json_response(text, status=201)

    async def find(self, request: web.Request) -> web.Response:
        found = self.by_number.get(request.query.get("To", ""), [])
        return web.json_response({"messages": found, "next_page_uri": None, "page": 0, "page_size": 100})

    async def reset(self, request: web.Request) -> web.Response:
        self.delay = float(request.query["delay"]) / 1000
        self.texts.clear()
        self.by_number.clear()
        return web.json_response({})

    async def counts(self, _request: web.Request) -> web.Response:
        different = {(text["to"], text["body"]) for text in self.texts}
        numbers = {"texts": len(self.texts), "twice": len(self.texts) - len(different), "last_at": self.last_at}
        return web.json_response(numbers)

    async def sids(self, _request: web.Request) -> web.Response:
        return web.json_response([text["sid"] for text in self.texts])


def main() -> None:
    provider, app = Provider(), web.Application()
    app.add_routes(
        [
            web.post(MESSAGES, provider.create),
            web.get(MESSAGES, provider.find),
            web.post("/reset", provider.reset),
            web.get("/counts", provider.counts),
            web.get("/sids", provider.sids),
        ]
    )
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
