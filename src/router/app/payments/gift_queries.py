"""Questions about gift accounts: their amounts are balances of the journal, so any past position can be asked."""

from collections.abc import Iterable

from router.app.payments.payment_queries import currency_of, find_currency
from router.app.ports.store import Reader, Store
from router.app.reading.pages import Page, beyond_the_last, key_of, page_of, size_of
from router.domain.identifiers import NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import GIFTS, Account, Balance, Bucket, gift
from router.ledger.gifts import GiftAccount, gift_account_of
from router.ledger.past import balances_before

ACCOUNTS_PER_READ = 1_000


def no_gift_account(gift_account_id: str) -> RouterError:
    return RouterError(
        Reason.GIFT_ACCOUNT_NOT_FOUND,
        f"no gift account has the id `{gift_account_id}`; IssueGiftBalance makes one",
        gift_account_id=gift_account_id,
    )


class GiftQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_account(self, gift_account_id: str, position: int = 0) -> GiftAccount:
        """As it is now or was after a position, in the network's currency.

        Refuses with GIFT_ACCOUNT_NOT_FOUND (also of one that was made later), NETWORK_NOT_READY, and INVALID_REQUEST a
        position that is not there yet.
        """
        with self._store.reader() as reader:
            currency = Sku(currency_of(reader))
            rows = reader.list_balances(None, len(Bucket), NodeId(gift_account_id), currency)
            last = reader.head().position
            if position > last:
                raise beyond_the_last(position, last)
            if position and rows:
                ends = rows[0][0], rows[-1][0]
                since = reader.sum_entries(position, *ends, NodeId(gift_account_id))
                rows = tuple(balances_before(dict(rows), since).items())
        found = accounts_of(rows)
        if not found:
            raise no_gift_account(gift_account_id)
        return found[0]

    def list_accounts(self, page_size: int, page_token: str) -> Page[GiftAccount]:
        """By id, of the network's currency; none before there is a network."""
        size, after_id = size_of(page_size), key_of(page_token, str)
        with self._store.reader() as reader:
            currency = find_currency(reader)
            found = [] if currency is None else read_accounts(reader, Sku(currency), after_id, size + 1)
        return page_of(found, size, lambda one: one.id)


def read_accounts(reader: Reader, currency: Sku, after_id: str | None, limit: int) -> list[GiftAccount]:
    """At most `limit`, by id, behind `after_id`."""
    # Of an account the held amount stands last.
    after = None if after_id is None else gift(Bucket.GIFT_HELD, after_id, currency)
    rows: list[tuple[Account, Balance]] = []
    # One account more than is asked for, so that the last one is whole.
    while len(found := accounts_of(rows)) <= limit and (
        page := reader.list_balances(after, ACCOUNTS_PER_READ, None, currency)
    ):
        rows += page
        after = page[-1][0]
    return found[:limit]


def accounts_of(rows: Iterable[tuple[Account, Balance]]) -> list[GiftAccount]:
    """The gift accounts among balances, in their order."""
    by_account = {account: balance for account, balance in rows if account.bucket in GIFTS}
    return [
        gift_account_of(account, balance, by_account.get(account._replace(bucket=Bucket.GIFT_HELD)))
        for account, balance in by_account.items()
        if account.bucket is Bucket.GIFT
    ]
