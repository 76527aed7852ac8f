"""What happens to stock without an order: reservations, transfers, corrections; the model foretells each answer."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from router.app.commands import (
    CancelTransfer,
    CorrectEntry,
    PostReservation,
    ReceiveTransfer,
    TransferStock,
    VoidReservation,
)
from router.domain.identifiers import LineId, NodeId, Sku
from router.ledger.transfers import Arrival
from tests.app.builders import SKUS, Shop, adjust_stock, digest, reserve_stock
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
    """Belongs to a longer life, which has the orders. Its reservations are firm: the clock may jump."""

    random: Random
    model: Model
    transfers: dict[str, Underway] = field(default_factory=dict)
    booked: dict[int, Booked] = field(default_factory=dict)
    """By position."""

    def place(self) -> Place:
        return (self.random.choice(PLACES), self.random.choice(SKUS))

    def reserve(self, key: str) -> Operation:
        lines = [(self.place(), self.random.randint(1, 4)) for _ in range(self.random.randint(1, 3))]
        allow_partial = self.random.random() < 0.3

        def expect(outcome: Outcome) -> None:
            units = self.model.share_out(lines)
            is_short = any(has < wants for has, (_, wants) in zip(units, lines, strict=True))
            if is_short and not (allow_partial and any(units)):
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
                return
            held = answer_of(outcome).reservation
            got = [(place, has) for has, (place, _) in zip(units, lines, strict=True)]
            assert [held.left(LineId(str(n))) for n in range(1, len(got) + 1)] == units
            self.model.reserve(held.id, got, None)

        asked = ((*place, quantity) for place, quantity in lines)
        return Operation(reserve_stock(*asked, seconds=None, key=key, allow_partial=allow_partial), expect)

    def settle(self, key: str) -> Operation:
        """Post or void a reservation, some lines of it or all."""
        if not self.model.reservations:
            return self.reserve(key)
        id = self.random.choice(list(self.model.reservations)[-12:])
        mine, posts = self.model.reservations[id], self.random.random() < 0.5
        keeps_rest = posts and self.random.random() < 0.5
        lines = {
            line_id: self.random.randint(1, units + (self.random.random() < 0.1))
            for line_id, units in mine.held.items()
            if units and self.random.random() < 0.7
        }

        def expect(outcome: Outcome) -> None:
            is_too_much = any(units > mine.held[line_id] for line_id, units in lines.items())
            if mine.state != "HELD" or is_too_much:
                assert reason_of(outcome) == "ALREADY_RESOLVED"
                return
            answer: Any = answer_of(outcome)
            settled = lines or dict(mine.held)
            if posts:
                self.model.post(id, settled)
            else:
                self.model.give_back(id, settled, "VOIDED")
            if posts and not keeps_rest:
                self.model.give_back(id, dict(mine.held), "POSTED")
            assert answer.reservation.state.name == mine.state
            for line_id, units in mine.held.items():
                assert answer.reservation.left(LineId(line_id)) == units

        wanted = {LineId(line_id): units for line_id, units in lines.items()}
        body = digest(id, lines, posts, keeps_rest)
        if posts:
            command: Any = PostReservation(
                request_id=key, body_digest=body, reservation_id=id, lines=wanted, keep_rest=keeps_rest
            )
        else:
            command = VoidReservation(request_id=key, body_digest=body, reservation_id=id, lines=wanted)
        return Operation(command, expect)

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
        page, _ = shop.queries.list_balances(1_000, "")
        under_way = {
            (account.node_id, account.sku): balance.units
            for account, balance in page.items
            if account.bucket.name == "IN_TRANSIT" and balance.units
        }
        assert under_way == dict(+expected)
