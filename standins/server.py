"""Starting and stopping: the HTTP server, the mail server, and the few things that happen by themselves."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from standins import control, outbox
from standins.mail import serve_mail
from standins.store import Store
from standins.stripe import api as stripe_api
from standins.stripe import page as stripe_page
from standins.stripe import payments
from standins.twilio import api as twilio_api
from standins.twilio import messages as texts
from standins.webhooks import Webhooks
from standins.world import WORLD, Config, World
from standins.x import api as x_api

TICK_SECONDS = 0.5
PATIENCE_SECONDS = 10.0
STATIC = Path(__file__).parent / "static"


def make_world(config: Config) -> World:
    """Return a world with the state of its folder, if there is one."""
    world = World(config, Store(config.state))
    world.webhooks = Webhooks(world)
    world.store.forget_unfinished()
    return world


def make_app(world: World) -> web.Application:
    """Return the HTTP application."""
    app = web.Application(client_max_size=4_000_000)
    app[WORLD] = world

    async def healthy(request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def front(request: web.Request) -> web.Response:
        raise web.HTTPFound("/outbox")

    app.add_routes([web.get("/", front), web.get("/healthz", healthy), web.static("/static", STATIC)])
    for part in (control, outbox, stripe_page, stripe_api, twilio_api, x_api):
        app.add_routes(part.routes())
    return app


async def _tick(world: World, parent: int, stop: asyncio.Event) -> None:
    """Expire sessions, write the state, and notice when the starting process is gone."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        payments.expire_due(world)
        world.store.flush()
        if world.config.exit_with_parent and os.getppid() != parent:
            stop.set()


async def _listen(runner: web.AppRunner, port: int) -> None:
    """Listen, waiting a moment for a predecessor on the same port to be gone. Raises OSError when it stays."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            await site.stop()
            if error.errno != errno.EADDRINUSE or time.monotonic() > patience:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def serve(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; prints one JSON line with the ports once it listens."""
    parent = os.getppid()
    world = make_world(config)
    runner = web.AppRunner(make_app(world), access_log=None, handler_cancellation=False)
    await runner.setup()
    await _listen(runner, config.port)
    config.port = runner.addresses[0][1]
    mail = await serve_mail(world, config.smtp_port)
    config.smtp_port = mail.sockets[0].getsockname()[1]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    line = {"port": config.port, "smtp_port": config.smtp_port, "url": config.url, "outbox": f"{config.url}/outbox"}
    print(json.dumps(line), flush=True)
    for body in world.store.all("sms"):
        if body["status"] not in texts.FINAL:
            twilio_api.set_going(world, body["sid"])
    world.webhooks.resume()
    ticking = asyncio.create_task(_tick(world, parent, stop))
    try:
        await stop.wait()
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        mail.close()
        await runner.cleanup()
        await world.webhooks.close()
        world.store.close()
