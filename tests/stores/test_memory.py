"""The store in memory."""

from collections.abc import Callable

import pytest

from router.app.ports.store import Store
from router.stores.memory.store import MemoryStore
from tests.stores.contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()

    @pytest.fixture
    def again(self, store: Store) -> Callable[[], Store]:
        return lambda: store
