"""Reservations without an order, for a time or for good; the model foretells each answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    VoidReservation,
)
from router.domain.identifiers import LineId
from router.domain.reasons import RouterError
from tests.app.builders import StandingClock, digest, reserve_stock
from tests.app.model import Model, Place
from tests.proof.operations import Operation, Outcome, answer_of, reason_of

TIMES = (None, None, 10, 60, 600)
"""Seconds that a reservation may last; None: for good."""


@dataclass
class ReservationLife:
    """Belongs to a longer life, which lets time pass between bursts. `places` are where there may be units."""

    random: Random
    model: Model
    clock: StandingClock
    places: Sequence[Place]

    def some_id(self) -> str:
        """More often a late one, of which something may be held."""
        return self.random.choice(list(self.model.reservations)[-12:])

    def refusal_expected(self, id: str, lines: dict[str, int]) -> str:
        """The reason why nothing can be done with it, or empty."""
        mine = self.model.reservations[id]
        if mine.state == "EXPIRED":
            return "RESERVATION_EXPIRED"
        is_too_much = any(units > mine.held[line_id] for line_id, units in lines.items())
        return "ALREADY_RESOLVED" if mine.state != "HELD" or is_too_much else ""

    def limit_in(self, seconds: int | None) -> int | None:
        return None if seconds is None else self.clock.instant + seconds * 1_000_000

    def reserve(self, key: str) -> Operation:
        random = self.random
        lines = [(random.choice(self.places), random.randint(1, 4)) for _ in range(random.randint(1, 3))]
        allow_partial, seconds = random.random() < 0.3, random.choice(TIMES)

        def expect(outcome: Outcome) -> None:
            units = self.model.share_out(lines)
            is_short = any(has < wants for has, (_, wants) in zip(units, lines, strict=True))
            if is_short and not (allow_partial and any(units)):
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
                return
            held = answer_of(outcome).reservation
            got = [(place, has) for has, (place, _) in zip(units, lines, strict=True)]
            assert [held.left(LineId(str(n))) for n in range(1, len(got) + 1)] == units
            assert held.expire_time == self.limit_in(seconds)
            self.model.reserve(held.id, got, held.expire_time)

        asked = ((*place, quantity) for place, quantity in lines)
        return Operation(reserve_stock(*asked, seconds=seconds, key=key, allow_partial=allow_partial), expect)

    def settle(self, key: str) -> Operation:
        """Post or void a reservation, some lines of it or all."""
        if not self.model.reservations:
            return self.reserve(key)
        id, posts = self.some_id(), self.random.random() < 0.5
        mine = self.model.reservations[id]
        keeps_rest = posts and self.random.random() < 0.5
        lines = {
            line_id: self.random.randint(1, units + (self.random.random() < 0.1))
            for line_id, units in mine.held.items()
            if units and self.random.random() < 0.7
        }

        def expect(outcome: Outcome) -> None:
            if expected := self.refusal_expected(id, lines):
                assert reason_of(outcome) == expected
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

    def prolong(self, key: str) -> Operation:
        """Give one more time, which is never less than it had, or make it firm."""
        if not self.model.reservations:
            return self.reserve(key)
        id, seconds = self.some_id(), self.random.choice((None, 5, 90, 600))

        def expect(outcome: Outcome) -> None:
            mine = self.model.reservations[id]
            if expected := self.refusal_expected(id, {}):
                assert reason_of(outcome) == expected
                return
            limit = self.limit_in(seconds)
            mine.limit = None if limit is None or mine.limit is None else max(mine.limit, limit)
            assert answer_of(outcome).reservation.expire_time == mine.limit

        body = digest(id, seconds)
        if seconds is None:
            command: Any = FirmReservation(request_id=key, body_digest=body, reservation_id=id)
        else:
            command = ExtendReservation(
                request_id=key, body_digest=body, reservation_id=id, timeout_seconds=seconds
            )
        return Operation(command, expect)

    def refused(self, id: str, outcome: Outcome) -> bool:
        """Whether an order that names the reservation cannot have its units, and was told so."""
        if expected := self.refusal_expected(id, {}):
            assert isinstance(outcome, RouterError)
            assert outcome.reason.value == expected
        return bool(expected)
