"""Run the stand-ins: `python -m standins --port 9911 --smtp-port 9925 --state DIR --shop-url http://127.0.0.1:8000`."""

from __future__ import annotations

import argparse
import asyncio

from standins.server import serve
from standins.world import Config


def main() -> None:
    """Read the command line and serve until a signal."""
    parser = argparse.ArgumentParser(prog="standins", description=__doc__)
    parser.add_argument("--port", type=int, default=9911, help="HTTP port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--smtp-port", type=int, default=9925, help="SMTP port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state", default="", help="folder that keeps the state; empty keeps it in memory only")
    parser.add_argument(
        "--shop-url", default="", help="origin of the shop that receives the webhooks; empty holds them"
    )
    parser.add_argument("--delay", type=float, default=0.3, help="seconds between the steps of a text's delivery")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when the starting process is gone")
    options = parser.parse_args()
    config = Config(
        port=options.port,
        smtp_port=options.smtp_port,
        state=options.state,
        shop_url=options.shop_url.rstrip("/"),
        delay=options.delay,
        exit_with_parent=options.exit_with_parent,
    )
    asyncio.run(serve(config))


if __name__ == "__main__":
    main()
