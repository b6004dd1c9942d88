"""Every route has a recipe for the canary: quick to ask, so that a new one is noticed at once."""

from __future__ import annotations

from tests.leaks import routes
from tests.leaks.routes import Route


def test_every_route_is_asked_by_the_canary() -> None:
    assert routes.problems(routes.every_route()) == []


def test_a_new_route_fails_with_a_line_that_says_where_to_add_it() -> None:
    new = Route("shop", "orders:keepsake", "commande/<str:token>/souvenir/<str:petal>/", ("token", "petal"))
    model = Route(
        "backoffice", "admin:orders_keepsake_change", "gestion/orders/keepsake/<path:object_id>/", ("object_id",)
    )
    lines = routes.problems([new, model])
    assert [line.split("/")[0] for line in lines] == [
        "shop route orders:keepsake: add its argument « petal » to ARGUMENTS in ",
        "admin:orders_keepsake_change: add the rows of orders.keepsake to ROWS in ",
    ]
    assert all(line.endswith("tests/leaks/routes.py") for line in lines)
