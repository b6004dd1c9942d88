"""The sealed blobs as somebody with the whole database sees them: one size, no two alike, useless on another row."""

from __future__ import annotations

from tests.leaks import people
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import Gift, World
from tests.leaks.marks import Mark
from tests.leaks.matrix import FLORISTS, PLACED, Persona, Sink, State

SWAP = (
    "update florists_sealedaddress one set blob = other.blob, key_id = other.key_id from florists_sealedaddress other"
    " where one.delivery_id in (%(a)s, %(b)s) and other.delivery_id in (%(a)s, %(b)s)"
    " and one.delivery_id <> other.delivery_id"
)


def look(world: World, court: Court, persona: Persona, state: State) -> None:
    """Sizes and equality of every blob; for florists, twins' blobs exchanged and asked for."""
    gift, twin = world.gift(state), world.gift(state, "B")
    sight = Sight(persona, state, Sink.BLOBS, "florists_sealedaddress", gift.owner)
    rows = world.stack.sql("select octet_length(blob), md5(blob), encode(blob, 'escape') from florists_sealedaddress")
    judge(court, sight, [(row[0], row[1]) for row in rows])
    for row in rows:
        court.look(sight, row[2])
    if persona in FLORISTS and state in PLACED - {State.REFUNDED}:
        _swap(world, court, sight, gift, twin)


def judge(court: Court, sight: Sight, rows: list[tuple[int, str]]) -> None:
    """All blobs have one length, and no two are the same."""
    court.matrix.looked((sight.persona, sight.state, sight.sink), sum(size for size, _digest in rows))
    if len({size for size, _digest in rows}) > 1:
        court.accuse(sight, Mark(sight.gift, "size", ""), f"sizes {sorted({size for size, _digest in rows})}")
    if len({digest for _size, digest in rows}) < len(rows):
        court.accuse(sight, Mark(sight.gift, "equality", ""), "two blobs are the same")


def _swap(world: World, court: Court, sight: Sight, gift: Gift, twin: Gift) -> None:
    """The florist opens the job while its blob is its twin's: no address at all may show."""
    both = {"a": gift.rows["delivery"], "b": twin.rows["delivery"]}
    browser = people.browser_of(world, sight.persona, gift)
    swap = SWAP % both
    world.stack.sql(swap)
    try:
        answer = browser.get(f"{browser.backoffice}/fleuriste/livraison/{gift.ids['delivery']}/")
    finally:
        world.stack.sql(swap)
    for found in court.searcher.search(answer.text):
        if found.mark.owner in {gift.owner, twin.owner}:
            court.accuse(sight, found.mark, f"an exchanged blob opens: {found.excerpt}")
