"""What a case expects of its outcome: one class for each kind of expectation, with what was got where it is not met."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from router.domain.identifiers import NodeId, Sku
from router.domain.plan import Unshipped
from router.planning.cases.outcome import Outcome
from router.rules.blocks.effects import Block

NOTHING = "nothing"
SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "<=": lambda value, bound: value <= bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    ">": lambda value, bound: value > bound,
    "": lambda value, bound: value == bound,
}
"""How a figure may be compared; longer signs first, as they are looked for at the start of a text."""


def listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(ABC):
    """One key of `expect`, where it stands, and what it asks in the author's words."""

    key: str
    line: int
    expected: str

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The nodes it speaks of."""
        return ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules it wants to see at work."""
        return ()

    @abstractmethod
    def got(self, outcome: Outcome) -> str | None:
        """What came out instead; None if it is met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Expectation):
    """A figure of the plan, compared with a bound."""

    sign: str
    bound: int

    def got(self, outcome: Outcome) -> str | None:
        value, words = FIGURES[self.key](outcome)
        return None if value is not None and SIGNS[self.sign](value, self.bound) else words


def _delivery(outcome: Outcome) -> tuple[int | None, str]:
    day = outcome.delivery_day
    return day, "nothing ships" if day is None else date.fromordinal(day).isoformat()


FIGURES: Mapping[str, Callable[[Outcome], tuple[int | None, str]]] = {
    "shipments": lambda out: (len(out.plan.shipments), str(len(out.plan.shipments))),
    "cost": lambda out: (
        out.plan.objective_milli, f"{out.money(out.plan.objective_milli)}: {out.cost_words()}",
    ),
    "late_days": lambda out: (out.late_days, str(out.late_days)),
    "delivery": _delivery,
}  # fmt: skip
"""The figures of an outcome, each with its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders(Expectation):
    """Exactly these nodes (or services) ship; or none of these."""

    wanted: frozenset[str]
    is_node: bool
    is_ban: bool

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        return tuple(NodeId(name) for name in sorted(self.wanted)) if self.is_node else ()

    def got(self, outcome: Outcome) -> str | None:
        shipments = outcome.plan.shipments
        used = {str(one.node_id if self.is_node else one.service_level_id) for one in shipments}
        if self.is_ban:
            return listed(used & self.wanted) if used & self.wanted else None
        return None if used == self.wanted else listed(used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped(Expectation):
    """Of each of these nodes exactly these units ship."""

    units: Mapping[NodeId, Mapping[Sku, int]]

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        return tuple(self.units)

    def got(self, outcome: Outcome) -> str | None:
        shipped = outcome.shipped
        if all(shipped.get(node_id, {}) == units for node_id, units in self.units.items()):
            return None
        return "; ".join(units_words(node_id, shipped.get(node_id, {})) for node_id in self.units)


def units_words(owner: str, units: Mapping[Sku, int]) -> str:
    return f"{owner}: " + (", ".join(f"{count} {sku}" for sku, count in sorted(units.items())) or NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is expected of one SKU that stays behind; None asks nothing."""

    sign: str
    bound: int
    action: str | None = None
    reason: str | None = None
    until_day: int | None = None

    def is_met_by(self, found: tuple[Unshipped, ...]) -> bool:
        asked = ((self.action, "action"), (self.reason, "reason"), (self.until_day, "until_day"))
        return SIGNS[self.sign](sum(one.quantity for one in found), self.bound) and all(
            getattr(one, name) == wanted for one in found for wanted, name in asked if wanted is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent(Expectation):
    """Exactly these SKUs stay behind, in whole or in part; of those with zero units, none."""

    wanted: Mapping[Sku, LeftOut]

    def got(self, outcome: Outcome) -> str | None:
        left = outcome.unshipped
        is_met = left.keys() <= self.wanted.keys() and all(
            wanted.is_met_by(left.get(sku, ())) for sku, wanted in self.wanted.items()
        )
        if is_met:
            return None
        return "; ".join(unshipped_words(one) for found in left.values() for one in found) or NOTHING


def unshipped_words(one: Unshipped) -> str:
    until = f" until {date.fromordinal(one.until_day).isoformat()}" if one.until_day is not None else ""
    reason = f", {one.reason}" if one.reason else ""
    return f"{one.quantity} {one.sku}: {one.action}{until}{reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Expectation):
    """Whether rules hold the whole order."""

    wanted: bool

    def got(self, outcome: Outcome) -> str | None:
        if bool(outcome.held_by) == self.wanted:
            return None
        by = ", ".join(f"`{rule.name}` ({rule.position})" for rule in outcome.held_by)
        return f"held by {by}" if by else "no rule holds it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired(Expectation):
    """These rules fired; or none of these did."""

    wanted: tuple[str, ...]
    is_ban: bool

    @property
    def rules(self) -> tuple[str, ...]:
        return () if self.is_ban else self.wanted

    def got(self, outcome: Outcome) -> str | None:
        wrong = [name for name in self.wanted if (name in outcome.fired) == self.is_ban]
        return f"{listed(wrong)} {'fired' if self.is_ban else 'silent'}" if wrong else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAway(Expectation):
    """From each of these nodes all of these rules took a way to travel."""

    wanted: Mapping[NodeId, tuple[str, ...]]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(sorted({name for names in self.wanted.values() for name in names}))

    def got(self, outcome: Outcome) -> str | None:
        removed = {
            node_id: {rule.name for rule in outcome.removed.get(node_id, ())} for node_id in self.wanted
        }
        if all(removed[node_id] >= set(names) for node_id, names in self.wanted.items()):
            return None
        return "; ".join(f"{node_id}: {listed(names)}" for node_id, names in removed.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges(Expectation):
    """Each of these rules adds this to the cost of the plan."""

    wanted_milli: Mapping[str, int]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(name for name, amount in self.wanted_milli.items() if amount)

    def got(self, outcome: Outcome) -> str | None:
        charged = {name: outcome.charges_milli.get(name, 0) for name in self.wanted_milli}
        if charged == dict(self.wanted_milli):
            return None
        return ", ".join(f"{name} {outcome.money(amount)}" for name, amount in charged.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Expectation):
    """The rule chosen in a first-match block; `wanted` is by SKU, or for the whole order under the key None."""

    block: Block
    wanted: Mapping[Sku | None, str]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.wanted.values())))

    def got(self, outcome: Outcome) -> str | None:
        chosen = outcome.policy_rules(self.block)
        is_met = all(
            rule.name == wanted
            for sku, wanted in self.wanted.items()
            for key, rule in chosen.items()
            if sku is None or key == sku
        )
        if is_met:
            return None
        names = {rule.name for rule in chosen.values()}
        if len(names) == 1:
            return listed(names)
        return ", ".join(f"{sku}: {rule.name}" for sku, rule in chosen.items())
