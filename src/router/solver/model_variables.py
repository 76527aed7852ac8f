"""The OR-Tools model's variables: what each option's shipment and the order as a whole leave to decide.

The variables and expressions of OR-Tools are typed Any: `model.py` alone imports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from router.solver.model_options import (
    Option,
    can_divide,
    freight_milli,
    list_loads,
    list_options,
    lowest_freight_milli,
)
from router.solver.problem import Opened, OrderProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentVariables:
    """The shipment of one option."""

    option: Option
    opened: Any
    several: Any
    """1 when the load does not fit one parcel; the number 0 where every load does."""
    used: dict[int, Any]
    """By line: 1 when the shipment carries any of it."""
    counted: dict[int, Any]
    """Units of the divisible lines."""
    units: dict[int, Any]
    """Units of every line: counted, or all or none."""
    weight: Any
    volume: Any
    parcels: tuple[Any, ...]
    """By bracket; none where the loads are listed, nor `billed`."""
    billed: tuple[Any, ...]
    """Billable grams of the parcels of each bracket."""
    rate_minor: Any
    true_milli: Any
    """What true prices add to the relaxed freight."""
    loads: tuple[Opened, ...]
    """All that the option could carry, where that may take several parcels and the loads are few."""
    chosen: tuple[Any, ...]
    """By load."""
    boxed: tuple[Any, ...]
    """By box of the option: 1 exactly when the shipment is opened and lies in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    shipments: tuple[ShipmentVariables, ...]
    ships: Any
    """1 when anything ships."""
    splits: Any
    """1 when two or more shipments are opened."""

    @property
    def listed(self) -> tuple[ShipmentVariables, ...]:
        """The shipments whose few loads have their prices."""
        return tuple(shipment for shipment in self.shipments if shipment.loads)

    @property
    def packed(self) -> tuple[ShipmentVariables, ...]:
        """The shipments of so many possible loads that the model packs and prices them, by relaxation."""
        return tuple(shipment for shipment in self.shipments if not shipment.loads)


def declare_variables(model: Any, problem: OrderProblem, cuts: Sequence[Opened]) -> Variables:
    """Variables stay nameless: names cost time and memory."""
    return Variables(
        shipments=tuple(declare_shipment(model, problem, option, cuts) for option in list_options(problem)),
        ships=model.new_bool_var(""),
        splits=model.new_bool_var(""),
    )


def declare_shipment(
    model: Any, problem: OrderProblem, option: Option, cuts: Sequence[Opened]
) -> ShipmentVariables:
    used = {line: model.new_bool_var("") for line in option.units_max}
    counted = {
        line: model.new_int_var(0, count, "")
        for line, count in option.units_max.items()
        if can_divide(problem, line)
    }
    units = {line: counted.get(line, count * used[line]) for line, count in option.units_max.items()}
    loads = list_loads(problem, option)
    count_max, brackets = option.parcels_max, () if loads else option.brackets
    rated_max = sum(b.rate_micro * count_max * b.weight_max for b in brackets)
    known = [freight_milli(problem, cut) for cut in cuts if cut.option == option.number]
    true_max = max(known, default=0) - lowest_freight_milli(problem, option)
    return ShipmentVariables(
        option=option,
        opened=model.new_bool_var(""),
        several=model.new_bool_var("") if count_max > 1 and not loads else 0,
        used=used,
        counted=counted,
        units=units,
        weight=sum(int(problem.unit_weight[line]) * count for line, count in units.items()),
        volume=sum(int(problem.unit_volume[line]) * count for line, count in units.items()),
        parcels=tuple(model.new_int_var(0, count_max, "") for _ in brackets),
        billed=tuple(model.new_int_var(0, count_max * b.weight_max, "") for b in brackets),
        rate_minor=model.new_int_var(0, -(-rated_max // 1_000_000), "") if brackets else 0,
        true_milli=model.new_int_var(0, max(0, true_max), "") if known else 0,
        loads=loads,
        chosen=tuple(model.new_bool_var("") for _ in loads),
        boxed=tuple(model.new_bool_var("") for _ in option.boxes),
    )
