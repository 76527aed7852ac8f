"""Goods that go off, at a node of their own: lots arrive and are lost, what is past its day is put aside."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from router.app.commands.questions import GetAvailability
from router.domain.identifiers import Day, NodeId, Sku
from router.routing.network.dates import local_day
from tests.app.builders import Shop, adjust_stock
from tests.app.model import Model, Place
from tests.proof.lot_shelf import LotShelf
from tests.proof.operations import Operation, Outcome, answer_of, reason_of

CELLAR: Place = ("nantes", "MILK")
"""No feed counts it: what is there is what the router was told."""


@dataclass
class LotLife:
    """Belongs to a longer life, whose reservations take from it, too. Units of an expired lot go aside with the next
    batch, and nobody knows where one ends: `settle` asks once more.
    """

    random: Random
    model: Model
    shelf: LotShelf

    def let_time_pass(self, now: int | None) -> None:
        self.shelf.today = None if now is None else local_day(now, "UTC")

    def receive(self, key: str, today: int) -> Operation:
        lot = f"{today}-{self.random.randint(0, 2)}"
        day = self.shelf.expiry_day.get(lot, today + self.random.randint(0, 3))
        units = self.random.randint(1, 9)

        def expect(outcome: Outcome) -> None:
            self.shelf.expiry_day[lot] = day
            self._book(outcome, lot, units)

        # The same day for the same lot, though the second may be asked for before the first has its answer.
        self.shelf.expiry_day.setdefault(lot, day)
        command = adjust_stock(*CELLAR, units, key=key, reason="RECEIPT", lot=lot, expiry_day=Day(day))
        return Operation(command, expect)

    def lose(self, key: str, today: int) -> Operation:
        """Units of one lot are not there, promised ones perhaps."""
        fresh = [lot for lot in self.shelf.lots() if self.shelf.expiry_day[lot] >= today]
        if not fresh:
            return self.receive(key, today)
        lot, units = self.random.choice(fresh), self.random.randint(1, 5)

        def expect(outcome: Outcome) -> None:
            if self.shelf.on_hand[lot] < units:
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
            else:
                self._book(outcome, lot, -units)

        return Operation(adjust_stock(*CELLAR, -units, key=key, reason="LOSS", lot=lot), expect)

    def _book(self, outcome: Outcome, lot: str, units: int) -> None:
        row = answer_of(outcome).row
        self.shelf.on_hand[lot] += units
        self.model.on_hand[CELLAR] += units
        assert row.reserved == self.model.reserved[CELLAR]
        if not self.shelf.is_restless():
            assert row.on_hand == self.model.on_hand[CELLAR]

    def settle(self, shop: Shop) -> None:
        """Begin a batch more, with which everything is put aside that has gone off."""
        if self.shelf.is_restless():
            shop.figures(CELLAR[1], CELLAR[0])
            self.model.on_hand[CELLAR] -= self.shelf.put_aside()

    def compare(self, shop: Shop) -> None:
        node_id, sku = NodeId(CELLAR[0]), Sku(CELLAR[1])
        figures = (self.model.on_hand[CELLAR], self.model.reserved[CELLAR], self.model.free(CELLAR))
        assert shop.figures(sku, node_id) == figures
        found = shop.answer(GetAvailability(skus=(sku,), node_ids=(node_id,), with_lots=True))
        rows = {one.lot: (one.on_hand, one.reserved) for row in found.rows for one in row.lots}
        shelf = self.shelf
        expected = {lot: (shelf.on_hand[lot], shelf.promised[lot]) for lot in shelf.lots()}
        assert {lot: row for lot, row in rows.items() if any(row)} == {
            lot: row for lot, row in expected.items() if any(row)
        }
        page, _ = shop.queries.ledger.list_balances(1_000, "", node_id, sku)
        aside = {
            account.lot: balance.units
            for account, balance in page.items
            if account.bucket.name == "QUARANTINE"
        }
        assert +Counter(aside) == +shelf.quarantined
