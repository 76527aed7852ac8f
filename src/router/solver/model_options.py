"""What the OR-Tools model knows of an order: the most each option may carry, and prices, in plain integers.

Sharing nothing with the compiled search, so that the model can judge it.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from router.solver.model_boxes import Box, boxes_of, largest_measure, terms_milli
from router.solver.problem import Opened, OrderProblem

LOADS_MAX = 128
"""An option that can carry fewer different loads is modeled by a list of their prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """A tariff bracket as far as an option's parcels reach into it, both ends included (billable grams)."""

    weight_min: int
    weight_max: int
    base_milli: int
    rate_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option that may carry something. Parcel limits are cut to the largest load it can get."""

    number: int
    node: int
    units_max: dict[int, int]
    """By line, only lines that it may carry."""
    load_weight: int
    load_volume: int
    parcel_weight: int
    parcel_volume: int
    parcels_max: int
    dim_divisor: int
    """Zero where no parcel can be charged by volume."""
    dim_volume_min: int
    brackets: tuple[Bracket, ...]
    boxes: tuple[Box, ...]


def list_options(problem: OrderProblem) -> tuple[Option, ...]:
    """The options that may carry at least one unit, rising."""
    options = (option_of(problem, number) for number in range(problem.option_count))
    return tuple(option for option in options if option.units_max)


def option_of(problem: OrderProblem, number: int) -> Option:
    units_max = dict(units_possible(problem, number))
    load_weight = sum(count * int(problem.unit_weight[line]) for line, count in units_max.items())
    load_volume = sum(count * int(problem.unit_volume[line]) for line, count in units_max.items())
    parcel_weight = min(load_weight, int(problem.weight_max[number]))
    parcel_volume = min(load_volume, int(problem.volume_max[number]))
    dim_volume_min = int(problem.dim_volume_min[number])
    dim_divisor = int(problem.dim_divisor[number]) if parcel_volume >= dim_volume_min else 0
    billable_max = max(parcel_weight, -(-parcel_volume // dim_divisor) if dim_divisor else 0)
    # Two neighboring parcels of a next-fit packing together exceed the weight limit or the volume limit.
    pairs_max = load_weight // (parcel_weight + 1) + load_volume // (parcel_volume + 1) + 1
    fits_one_parcel = load_weight == parcel_weight and load_volume == parcel_volume
    return Option(
        number=number,
        node=int(problem.option_node[number]),
        units_max=units_max,
        load_weight=load_weight,
        load_volume=load_volume,
        parcel_weight=parcel_weight,
        parcel_volume=parcel_volume,
        parcels_max=1 if fits_one_parcel else min(sum(units_max.values()), 2 * pairs_max + 1),
        dim_divisor=dim_divisor,
        dim_volume_min=dim_volume_min,
        brackets=tuple(brackets_within(problem, int(problem.row[number]), billable_max)),
        boxes=tuple(boxes_of(problem, number, units_max)),
    )


def units_possible(problem: OrderProblem, option: int) -> Iterator[tuple[int, int]]:
    if problem.capacity[problem.option_node[option]] < 1:
        return
    for line in range(problem.line_count):
        if all(has_units(problem, option, other) for other in group_of(problem, line)):
            yield line, int(problem.usable[line, problem.option_node[option]])


def has_units(problem: OrderProblem, option: int, line: int) -> bool:
    """Whether the option can carry a unit of the line, or all of it where that must stay whole."""
    enough = 1 if can_divide(problem, line) else int(problem.quantity[line])
    return bool(problem.allowed[line, option] and problem.usable[line, problem.option_node[option]] >= enough)


def can_divide(problem: OrderProblem, line: int) -> bool:
    return bool(problem.divisible[line] and problem.together[line] < 0)


def group_of(problem: OrderProblem, line: int) -> tuple[int, ...]:
    """The lines that leave with this one, itself included."""
    number = problem.together[line]
    if number < 0:
        return (line,)
    return tuple(other for other in range(problem.line_count) if problem.together[other] == number)


def list_loads(problem: OrderProblem, option: Option) -> tuple[Opened, ...]:
    """Every load the option could carry if some take several parcels and there are at most LOADS_MAX; else none."""
    choices = [
        range(count + 1) if can_divide(problem, line) else (0, count)
        for line, count in option.units_max.items()
    ]
    if option.parcels_max == 1 or math.prod(map(len, choices)) > LOADS_MAX:
        return ()
    loads = (
        tuple((line, count) for line, count in zip(option.units_max, counts) if count)
        for counts in itertools.product(*choices)
    )
    return tuple(Opened(option=option.number, units=load) for load in loads if load)


def brackets_within(problem: OrderProblem, row: int, billable_max: int) -> Iterator[Bracket]:
    table = problem.brackets
    weight_min = 0
    for index in range(int(table.row_start[row]), int(table.row_start[row + 1])):
        if weight_min <= billable_max:
            yield Bracket(
                weight_min=weight_min,
                weight_max=min(int(table.weight_max[index]), billable_max),
                base_milli=int(table.base_milli[index]),
                rate_micro=int(table.rate_micro[index]),
            )
        weight_min = int(table.weight_max[index]) + 1


def largest_amount(problem: OrderProblem, options: tuple[Option, ...]) -> int:
    """What the sums of money of the model can reach in size."""
    money = abs(problem.split_milli) * len(options)
    for line in range(problem.line_count):
        money += int(problem.quantity[line]) * int(problem.backorder_milli[line])
    for option in options:
        rate_minor = billed_max(option) * rate_max(option) // 1_000_000 + 1
        money += abs(int(problem.fixed_milli[option.number])) + problem.money_weight * 1_000 * rate_minor
        money += option.parcels_max * max(map(abs, parcel_prices(problem, option)))
        money += sum(abs(box.amount_milli) for box in option.boxes)
        for line, count in option.units_max.items():
            money += abs(int(problem.line_milli[line, option.number]))
            price = abs(int(problem.unit_milli[line, option.number])) + int(problem.backorder_milli[line])
            money += count * price
    return money


def largest_numbers(problem: OrderProblem, options: tuple[Option, ...]) -> Iterator[int]:
    """What the other sums of the model can reach in size: weights, volumes, values and metrics."""
    for option in options:
        yield billed_max(option) * max(1, rate_max(option), option.dim_divisor)
        yield (option.parcels_max + 1) * option.parcel_volume + option.load_volume
        yield option.parcels_max * option.dim_volume_min if option.dim_divisor else 0
        yield largest_measure(problem, option.boxes, option.units_max)
    yield sum(int(n) * int(value) for n, value in zip(problem.quantity, problem.unit_value_minor))


def billed_max(option: Option) -> int:
    """Billable grams of all parcels of an option, at most."""
    return option.parcels_max * max(bracket.weight_max for bracket in option.brackets)


def rate_max(option: Option) -> int:
    return max(abs(bracket.rate_micro) for bracket in option.brackets)


def lowest_conceivable_milli(problem: OrderProblem, options: tuple[Option, ...]) -> int:
    """No plan costs less: every negative amount taken at its most, no positive one at all."""
    lowest = min(0, problem.split_milli) * len(options)
    for option in options:
        lowest += min(0, int(problem.fixed_milli[option.number])) + lowest_freight_milli(problem, option)
        lowest += sum(min(0, box.amount_milli) for box in option.boxes)
        for line, count in option.units_max.items():
            lowest += min(0, int(problem.line_milli[line, option.number]))
            lowest += count * min(0, int(problem.unit_milli[line, option.number]))
    return lowest


def lowest_freight_milli(problem: OrderProblem, option: Option) -> int:
    """No shipment of the option, nor none, has a lower freight."""
    grams_max = max(bracket.weight_max for bracket in option.brackets)
    rate_micro = problem.money_weight * min(0, *(bracket.rate_micro for bracket in option.brackets))
    return option.parcels_max * (min(0, *parcel_prices(problem, option)) + rate_micro * grams_max // 1_000)


def parcel_prices(problem: OrderProblem, option: Option) -> list[int]:
    """What a parcel costs by bracket before its rate."""
    parcel_milli = int(problem.parcel_milli[option.number])
    return [problem.money_weight * bracket.base_milli + parcel_milli for bracket in option.brackets]


def plan_cost_milli(problem: OrderProblem, plan: tuple[Opened, ...]) -> int:
    """The objective of a plan, by the packing rule itself."""
    cost = problem.split_milli * max(0, len(plan) - 1)
    cost += sum(int(n) * int(price) for n, price in zip(problem.quantity, problem.backorder_milli))
    for opened in plan:
        cost += int(problem.fixed_milli[opened.option]) + freight_milli(problem, opened)
        cost += terms_milli(problem, opened)
        for line, count in opened.units:
            cost += int(problem.line_milli[line, opened.option])
            cost += count * (
                int(problem.unit_milli[line, opened.option]) - int(problem.backorder_milli[line])
            )
    return cost


def freight_milli(problem: OrderProblem, opened: Opened) -> int:
    """Charges and parcel costs of one shipment."""
    option = opened.option
    divisor, volume_min = int(problem.dim_divisor[option]), int(problem.dim_volume_min[option])
    table = problem.brackets
    first, end = (int(table.row_start[problem.row[option] + step]) for step in (0, 1))
    freight = 0
    for weight, volume in pack(problem, opened):
        by_volume = -(-volume // divisor) if divisor > 0 and volume >= volume_min else 0
        billable = max(weight, by_volume)
        bracket = first + sum(int(top) < billable for top in table.weight_max[first : end - 1])
        rate_minor = (int(table.rate_micro[bracket]) * billable + 999_999) // 1_000_000
        freight += problem.money_weight * (int(table.base_milli[bracket]) + 1_000 * rate_minor)
        freight += int(problem.parcel_milli[option])
    return freight


def pack(problem: OrderProblem, opened: Opened) -> Iterator[tuple[int, int]]:
    """(weight, volume) of each parcel; of each line as many units at a time as the parcel still holds."""
    weight_max, volume_max = int(problem.weight_max[opened.option]), int(problem.volume_max[opened.option])
    sizes = [
        (-int(problem.unit_weight[line]), -int(problem.unit_volume[line]), line, count)
        for line, count in opened.units
    ]
    weight = volume = 0
    for minus_weight, minus_volume, _, count in sorted(sizes):
        left = count
        while left:
            by_weight = (weight_max - weight) // -minus_weight if minus_weight else left
            by_volume = (volume_max - volume) // -minus_volume if minus_volume else left
            taken = min(left, by_weight, by_volume)
            weight -= taken * minus_weight
            volume -= taken * minus_volume
            left -= taken
            if left:
                yield weight, volume
                weight = volume = 0
    yield weight, volume
