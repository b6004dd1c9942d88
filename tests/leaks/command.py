"""`./shop leaks`: prints the tested matrix and the hits; answers 1 on a hit, an empty cell or a word not found."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from interflora.dev.keeper import Keeper
from interflora.dev.tools import CHECKOUT, chromium
from interflora.dev.translations import compile_catalogs
from tests.leaks import routes, stack
from tests.leaks.canary import Blind, Canary, verdict
from tests.leaks.matrix import Persona, State
from tests.leaks.ordering import StoryError
from tests.leaks.routes import NoRecipe

DESCRIPTION = "Looks for marked addresses wherever they could come out; prints the tested matrix and the hits."
Choice = TypeVar("Choice", bound=StrEnum)


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def chosen(kind: type[Choice], wanted: list[str]) -> tuple[Choice, ...]:
    """The members whose name holds a wanted word; all without words."""
    return tuple(one for one in kind if not wanted or any(word in one.value for word in wanted))


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./shop leaks", description=DESCRIPTION)
    parser.add_argument("--persona", action="append", default=[], help="only personas whose name holds this word")
    parser.add_argument("--state", action="append", default=[], help="only states whose name holds this word")
    parser.add_argument("--every", type=int, default=1, help="fail one line in N of the accept path (0: none)")
    parser.add_argument("--keep", action="store_true", help="keep the folder of logs and reports, and say where it is")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """One whole run on a stack of its own."""
    options = parse(arguments)
    if not chromium():
        say("note  Chromium is not installed: the browser's own storage and requests are not looked at.")
    try:
        routes.checked()
    except NoRecipe as problem:
        say(f"failed  {problem}")
        return 1
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="interflora-leaks-"))
    folder.chmod(0o711)
    keeper = Keeper()
    if not options.keep:
        keeper.remove(folder)
    shop = stack.make(folder)
    try:
        compile_catalogs(CHECKOUT)
        shop.start()
        say(f"the shop under watch runs ({time.monotonic() - started:.0f} s)")
        canary = Canary(
            shop,
            personas=chosen(Persona, options.persona),
            states=chosen(State, options.state),
            every_failure=options.every,
            say=say,
        )
        is_tight = verdict(canary.run(), say) and not canary.half_done
    except (StoryError, Blind) as problem:
        say(f"failed  {problem}")
        is_tight = False
    finally:
        shop.stop()
        if options.keep:
            say(f"kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        keeper.release()
    say(f"{'ok' if is_tight else 'failed'}  {time.monotonic() - started:.0f} s")
    return 0 if is_tight else 1
