"""What happens to stock without an order: transfers and corrections; the model foretells each answer."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from router.app.commands.stock import CancelTransfer, CorrectEntry, ReceiveTransfer, TransferStock
from router.domain.identifiers import NodeId, Sku
from router.ledger.transfers import Arrival
from tests.app.builders import SKUS, Shop, adjust_stock, digest
from tests.app.model import Model, Place
from tests.proof.operations import PLACES, Operation, Outcome, answer_of, reason_of


@dataclass
class Underway:
    """A transfer, of one SKU, as the model knows it."""

    sku: str
    of: str
    to: str
    left: int
    has_arrived: bool = False
    state: str = "OPEN"


@dataclass
class Booked:
    """An adjustment that brought units, and may be reversed once."""

    place: Place
    units: int
    corrected: bool = False


@dataclass
class StockLife:
    """Belongs to a longer life, which has the orders."""

    random: Random
    model: Model
    transfers: dict[str, Underway] = field(default_factory=dict)
    booked: dict[int, Booked] = field(default_factory=dict)
    """By position."""

    def place(self) -> Place:
        return (self.random.choice(PLACES), self.random.choice(SKUS))

    def send(self, key: str) -> Operation:
        of, to = self.random.sample(PLACES, 2)
        sku, units, id = self.random.choice(SKUS), self.random.randint(1, 5), f"move-{key}"

        def expect(outcome: Outcome) -> None:
            if units > self.model.free((of, sku)):
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
                return
            assert answer_of(outcome).transfer.id == id
            self.model.on_hand[of, sku] -= units
            self.transfers[id] = Underway(sku, of, to, units)

        command = TransferStock(
            request_id=key,
            body_digest=digest(of, to, sku, units),
            from_node_id=NodeId(of),
            to_node_id=NodeId(to),
            lines={Sku(sku): units},
            transfer_id=id,
        )
        return Operation(command, expect)

    def arrive(self, key: str) -> Operation:
        """Some units arrive whole, some broken; perhaps the rest never will."""
        if not self.transfers:
            return self.send(key)
        id = self.random.choice(list(self.transfers)[-6:])
        mine, random = self.transfers[id], self.random
        whole = random.randint(0, mine.left)
        broken = random.randint(0, max(0, mine.left - whole)) if random.random() < 0.3 else 0
        closes = random.random() < 0.4 or not whole + broken
        arrival = Arrival(received=whole, damaged=broken)

        def expect(outcome: Outcome) -> None:
            if mine.state != "OPEN":
                assert reason_of(outcome) == "TRANSFER_STATE_FORBIDS"
                return
            answer = answer_of(outcome)
            self.model.on_hand[mine.to, mine.sku] += whole
            mine.left = 0 if closes else max(0, mine.left - whole - broken)
            mine.has_arrived = True
            mine.state = "OPEN" if mine.left else "RECEIVED"
            assert answer.transfer.state.name == mine.state

        command = ReceiveTransfer(
            request_id=key,
            body_digest=digest(id, whole, broken, closes),
            transfer_id=id,
            lines={Sku(mine.sku): arrival} if whole + broken else {},
            closes=closes,
        )
        return Operation(command, expect)

    def call_back(self, key: str) -> Operation:
        if not self.transfers:
            return self.send(key)
        id = self.random.choice(list(self.transfers)[-6:])
        mine = self.transfers[id]

        def expect(outcome: Outcome) -> None:
            if mine.state != "OPEN" or mine.has_arrived:
                assert reason_of(outcome) == "TRANSFER_STATE_FORBIDS"
                return
            assert answer_of(outcome).transfer.state.name == "CANCELED"
            self.model.on_hand[mine.of, mine.sku] += mine.left
            mine.left, mine.state = 0, "CANCELED"

        return Operation(CancelTransfer(request_id=key, body_digest=digest(id), transfer_id=id), expect)

    def receive(self, key: str) -> Operation:
        """Goods arrive that may be reversed later."""
        place, units = self.place(), self.random.randint(1, 9)

        def expect(outcome: Outcome) -> None:
            answer = answer_of(outcome)
            self.model.on_hand[place] += units
            assert answer.row.on_hand == self.model.on_hand[place]
            self.booked[answer.ledger_position] = Booked(place, units)

        return Operation(adjust_stock(*place, units, key=key, reason="RECEIPT"), expect)

    def correct(self, key: str) -> Operation:
        if not self.booked:
            return self.receive(key)
        position = self.random.choice(list(self.booked)[-6:])
        mine = self.booked[position]

        def expect(outcome: Outcome) -> None:
            if mine.corrected:
                assert reason_of(outcome) == "ENTRY_NOT_CORRECTABLE"
            elif self.model.on_hand[mine.place] < mine.units:
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
            else:
                assert answer_of(outcome).corrected_position == position
                self.model.on_hand[mine.place] -= mine.units
                mine.corrected = True

        command = CorrectEntry(
            request_id=key, body_digest=digest(position), position=position, author="ada", reason="twice"
        )
        return Operation(command, expect)

    def compare(self, shop: Shop) -> None:
        """Every reservation, and what is under way between nodes."""
        for id, mine in self.model.reservations.items():
            found = shop.queries.get_reservation(id)
            assert found.state.name == mine.state
            for line in found.lines:
                assert found.left(line.line_id) == mine.held[line.line_id]
        expected: Counter[Place] = Counter()
        for one in self.transfers.values():
            expected[one.to, one.sku] += one.left
        page, _ = shop.queries.ledger.list_balances(1_000, "")
        under_way = {
            (account.node_id, account.sku): balance.units
            for account, balance in page.items
            if account.bucket.name == "IN_TRANSIT" and balance.units
        }
        assert under_way == dict(+expected)
