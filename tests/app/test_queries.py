"""Reads beside the engine: pages, lookups, and how they refuse."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from router.app.queries import Queries
from router.app.reading.pages import Page
from router.app.records.filters import OrderFilter
from router.app.records.ids import decision_id_of
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import OrderState
from router.rules.ruleset import no_rules
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come

ALL = OrderFilter()


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Five orders, one of them canceled, for one customer or none; what is asked here changes nothing."""
    path: Path = tmp_path_factory.mktemp("queries") / "router.sqlite"
    store = MemoryStore() if request.param == "memory" else SqliteStore(path)
    with a_shop(store, {"lyon": {"RED-CLOCK": 9}}, rules="", route=first_come) as shop:
        shop.route(
            *(order_for("RED-CLOCK", 1, f"order-{n}", customer_id="ada" if n % 2 else "") for n in range(5))
        )
        shop.cancel("order-3")
        yield shop
    store.close()


def all_pages(read: Callable[[str], Page[object]]) -> list[list[object]]:
    """Every page, following the tokens."""
    pages, token = [], ""
    while not pages or token:
        page = read(token)
        pages.append(list(page.items))
        token = page.next_page_token
    return pages


def test_orders_come_in_pages_in_the_order_of_routing(shop: Shop) -> None:
    pages = all_pages(lambda token: shop.queries.list_orders(2, token, ALL))  # type: ignore[arg-type,return-value]
    ids = [[record.order.id for record in page] for page in pages]  # type: ignore[attr-defined]

    assert ids == [["order-0", "order-1"], ["order-2", "order-3"], ["order-4"]]


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (OrderFilter(state=OrderState.CANCELED), ["order-3"]),
        (OrderFilter(customer_id="ada"), ["order-1", "order-3"]),
        (OrderFilter(customer_id="ada", state=OrderState.ALLOCATED), ["order-1"]),
        (OrderFilter(channel="edi"), []),
    ],
)
def test_orders_are_filtered(shop: Shop, where: OrderFilter, ids: list[str]) -> None:
    page = shop.queries.list_orders(0, "", where)
    assert ([record.order.id for record in page.items], page.next_page_token) == (ids, "")


def test_entries_balances_and_products_come_in_pages(shop: Shop) -> None:
    entries = all_pages(lambda token: shop.queries.ledger.list_entries(3, token))  # type: ignore[arg-type,return-value]
    balances = all_pages(lambda token: shop.queries.ledger.list_balances(2, token)[0])  # type: ignore[arg-type,return-value]
    products = all_pages(lambda token: shop.queries.list_products(2, token))  # type: ignore[arg-type,return-value]

    assert [[entry.position for entry in page] for page in entries] == [[1, 2, 3], [4, 5, 6], [7]]  # type: ignore[attr-defined]
    assert [[str(account) for account, _ in page] for page in balances] == [  # type: ignore[misc]
        ["/RED-CLOCK/adjustment", "lyon/RED-CLOCK/on_hand"],
        ["lyon/RED-CLOCK/picking"],
    ]
    assert [[product.sku for product in page] for page in products] == [
        ["OAK-CHAIR", "RED-CLOCK"],
        ["TIN-LAMP"],
    ]  # type: ignore[attr-defined]


def test_a_page_that_is_exactly_full_is_the_last(shop: Shop) -> None:
    assert shop.queries.list_orders(5, "", ALL).next_page_token == ""


@pytest.mark.parametrize(
    ("size", "token"), [(-1, ""), (1_001, ""), (1, "nonsense"), (1, "é"), (1, "oWE="), (1, "gaFh")]
)
def test_pages_that_cannot_be_are_refused(shop: Shop, size: int, token: str) -> None:
    with pytest.raises(RouterError) as refused:
        shop.queries.list_orders(size, token, ALL)

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert refused.value.violations[0].field == ("page_token" if token else "page_size")


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda queries: queries.get_order("order-9"), Reason.ORDER_NOT_FOUND),
        (lambda queries: queries.get_decision(order_id="order-9"), Reason.ORDER_NOT_FOUND),
        (lambda queries: queries.get_decision(decision_id=decision_id_of(999)), Reason.DECISION_NOT_FOUND),
        (lambda queries: queries.get_decision(decision_id="d-x"), Reason.DECISION_NOT_FOUND),
        (lambda queries: queries.get_decision(decision_id="d-" + "9" * 30), Reason.DECISION_NOT_FOUND),
        (lambda queries: queries.get_product("NO-SUCH"), Reason.DOCUMENT_NOT_FOUND),
        (lambda queries: queries.documents.get_network("abc"), Reason.DOCUMENT_NOT_FOUND),
        (lambda queries: queries.documents.get_rules("abc"), Reason.DOCUMENT_NOT_FOUND),
        (
            lambda queries: queries.documents.get_rules(queries.head().network_digest),
            Reason.DOCUMENT_NOT_FOUND,
        ),
        (lambda _: Queries(MemoryStore()).documents.get_network(), Reason.NETWORK_NOT_READY),
    ],
)
def test_what_does_not_exist_is_refused(shop: Shop, ask: Callable[[Queries], object], reason: Reason) -> None:
    with pytest.raises(RouterError) as refused:
        ask(shop.queries)

    assert refused.value.reason is reason


def test_without_rules_the_empty_pack_is_in_force(shop: Shop) -> None:
    found = shop.queries.documents.get_rules()

    assert (found.digest, dict(found.files), found.rule_count) == (no_rules().digest, {}, 0)
    assert shop.queries.documents.get_rules(found.digest) == found


def test_many_threads_read_while_one_writes(tmp_path: Path) -> None:
    def read(shop: Shop) -> tuple[str, ...]:
        (record,) = shop.queries.list_orders(0, "", ALL).items
        assert record.state == "ALLOCATED"
        return shop.queries.ledger.audit().faults

    with (
        closing(SqliteStore(tmp_path / "router.sqlite")) as store,
        a_shop(store, {"lyon": {"RED-CLOCK": 9}}, rules="", route=first_come) as shop,
        ThreadPoolExecutor(8) as threads,
    ):
        shop.route(order_for("RED-CLOCK", 1))
        reading = [threads.submit(read, shop) for _ in range(40)]
        for _ in range(40):
            shop.adjust("nice", "OAK-CHAIR", 1)
        assert {future.result() for future in reading} == {()}
