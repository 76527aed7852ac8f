"""What every store must do; each store's test supplies `store`, and `again` to open what it keeps once more."""

import pytest

from router.app.ports.store import Store
from tests.stores.contract_builders import Writer
from tests.stores.contract_journal import JournalContract
from tests.stores.contract_orders import OrderContract
from tests.stores.contract_stock import StockContract


class StoreContract(JournalContract, OrderContract, StockContract):
    """A commit is all there, in order, after opening again too."""

    @pytest.fixture
    def writer(self, store: Store) -> Writer:
        return Writer(store)
