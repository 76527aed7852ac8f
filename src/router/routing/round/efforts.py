"""How much work the orders of a round may take, where somebody waits for them until a deadline.

Effort is counted, so that equal inputs give equal answers. Time only chooses how much of it an order gets, when its
search begins; what it got is recorded with the decision, which repeats it whenever it is looked at again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from router.routing.world import OrderToRoute
from router.solver.problem import DEFAULT_EFFORT, Effort

SHARE_OF_TIME = 0.5
"""Part of the time until the deadline that one order may take. The next one gets the same part of what is left then,
so however many are hard, the last of them are answered in time, if with a wider gap.
"""

NODES_A_SECOND = 100_000
MODEL_SECONDS_A_SECOND = 0.25
"""Branches of open sets and CP-SAT's deterministic seconds in a second of a core that three others want as well."""

NODES_MIN = 16_000
"""LIMIT: some 50 ms of an order of 40 lines over 24 options. With 2,000 such orders may still ship half of what they
could, from 4,000 on the plans are those of every greater effort, and at 16,000 so are the bounds.
"""

MODEL_SECONDS_MIN = 0.01
"""With less than that the model is not worth its building."""


class Efforts:
    """By number of the order: `begin` where its search begins, `[number]` is what it got, or would have got."""

    def __init__(self, efforts: Sequence[Effort]) -> None:
        self._efforts = list(efforts)

    def begin(self, number: int) -> Effort:
        """What the order may take, now that its search begins."""
        return self._efforts[number]

    def __getitem__(self, number: int) -> Effort:
        return self._efforts[number]


class EffortsInTime(Efforts):
    """All of the effort as long as it ends early enough before the order's deadline (`monotonic` seconds)."""

    def __init__(
        self, effort: Effort, deadlines: Sequence[float | None], monotonic: Callable[[], float]
    ) -> None:
        super().__init__([effort] * len(deadlines))
        self._deadlines = list(deadlines)
        self._monotonic = monotonic

    def begin(self, number: int) -> Effort:
        deadline, self._deadlines[number] = self._deadlines[number], None
        if deadline is not None:
            seconds = SHARE_OF_TIME * (deadline - self._monotonic())
            self._efforts[number] = within(self._efforts[number], seconds)
        return self._efforts[number]


class EffortsOfOwners(Efforts):
    """Those of variants: what the order got that each is of, whichever of them was searched first."""

    def __init__(self, efforts: Efforts, owners: Sequence[int]) -> None:
        self._of_owners = efforts
        self._owners = owners

    def begin(self, number: int) -> Effort:
        return self._of_owners.begin(self._owners[number])

    def __getitem__(self, number: int) -> Effort:
        return self._of_owners[self._owners[number]]


@dataclass(frozen=True, slots=True)
class Budget:
    """The effort of each order, and the clock that its deadlines are told by; without one nobody is in a hurry."""

    effort: Effort = DEFAULT_EFFORT
    monotonic: Callable[[], float] | None = None

    def efforts(self, requests: Sequence[OrderToRoute]) -> Efforts:
        """Those of a round of these requests."""
        if self.monotonic is None:
            return Efforts([self.effort] * len(requests))
        return EffortsInTime(self.effort, [request.deadline for request in requests], self.monotonic)


def within(effort: Effort, seconds: float) -> Effort:
    """The effort, quartered until it is likely to end within so many seconds, or is the least.

    Quartered, so that few values ever occur: records of equal effort are worked on together.
    """
    while seconds_of(effort) > seconds:
        smaller = quarter_of(effort)
        if smaller == effort:
            break
        effort = smaller
    return effort


def seconds_of(effort: Effort) -> float:
    """How long a search of this effort takes at most, roughly."""
    return effort.set_nodes_max / NODES_A_SECOND + effort.model_deterministic_seconds / MODEL_SECONDS_A_SECOND


def quarter_of(effort: Effort) -> Effort:
    """A quarter, but no fewer nodes than NODES_MIN if there were as many, and no model rather than hardly any."""
    nodes, model_seconds = effort.set_nodes_max, effort.model_deterministic_seconds / 4
    return Effort(
        set_nodes_max=min(nodes, max(NODES_MIN, nodes // 4)),
        model_deterministic_seconds=model_seconds if model_seconds >= MODEL_SECONDS_MIN else 0.0,
    )
