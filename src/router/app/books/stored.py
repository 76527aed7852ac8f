"""What books hold ready of the store, read page by page. Raises StoreUnusable for what this version cannot use."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from router.app.books.balances import Balances
from router.app.books.documents import compile_document, prepare_document, unpack_product
from router.app.ports.store import Reader, StoreUnusable
from router.app.records.filters import TransferFilter
from router.app.records.rule_versions import RuleVersion
from router.domain.identifiers import Sku
from router.domain.product import Product
from router.ledger.transfers import Transfer, TransferState
from router.routing.network.prepared import PreparedNetwork
from router.rules.ruleset import CompiledRules

_PAGE = 10_000


@contextmanager
def without_collecting() -> Iterator[None]:
    """For reading all that stays: rows come by the million, none is garbage, and all would be looked through often."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_balances(reader: Reader) -> Balances:
    try:
        return Balances(reader.read_balance_columns())
    except KeyError as error:
        raise StoreUnusable(f"an account is in bucket {error}, which does not exist") from error


def read_products(reader: Reader) -> Iterator[Product]:
    after: Sku | None = None
    while page := reader.list_products(after, _PAGE):
        yield from map(unpack_product, page)
        after = page[-1].sku


def read_versions(reader: Reader) -> Iterator[RuleVersion]:
    before: int | None = None
    while page := reader.list_versions(before, _PAGE):
        yield from page
        before = page[-1].number


def read_open_transfers(reader: Reader) -> Iterator[Transfer]:
    after: int | None = None
    while page := reader.list_transfers(after, _PAGE, TransferFilter(state=TransferState.OPEN)):
        yield from page
        after = page[-1].number


def read_network(reader: Reader) -> PreparedNetwork | None:
    document = reader.find_document(reader.head().network_digest)
    return None if document is None else prepare_document(document)


def read_rules(reader: Reader) -> CompiledRules:
    digest = reader.head().rules_digest
    document = reader.find_document(digest)
    rules = compile_document(document)
    if rules is None or (digest and document is None):
        raise StoreUnusable(f"the rules in force ({digest}) do not compile with this version of the router")
    return rules
