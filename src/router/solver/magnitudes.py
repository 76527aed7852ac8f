"""How large the amounts of an order can become: all methods add in 64-bit integers, and some bounds in floating point.

Up to TOTAL_MILLI_MAX every answer is exact: prices and plans are integer sums, the line partition and the OR-Tools
model prove theirs in integers, and the open sets allow each of their bounds for the rounding of its size. Beyond, no
method starts (`solve.py` says what is answered).
"""

from typing import Any

import numpy as np

from router.solver.problem import Ints, OrderProblem, OrderProblems, concatenate
from router.solver.records import Records, compiled
from router.solver.rooms import records_of
from router.solver.supports import Floats

TOTAL_MILLI_MAX = 1 << 60
"""The largest `magnitude_of` an order that is solved."""

ROUNDING = 1.0 + 2.0**-40
"""Makes up for the rounding of a magnitude itself."""


def magnitude_of(problem: OrderProblem) -> int:
    """At least the absolute cost of every plan, and of every part of one: of some shipments, some lines, some terms."""
    return int(magnitudes_of(concatenate([problem]))[0])


def magnitudes_of(problems: OrderProblems) -> Ints:
    """`magnitude_of` each order of a batch; 1 << 62 stands for all that is more."""
    magnitudes: Ints = np.ceil(np.minimum(measure_magnitudes(records_of(problems)), 2.0**62)).astype(np.int64)
    return magnitudes


@compiled
def measure_magnitudes(records: Records) -> Floats:
    """The magnitude of each order, rounded up."""
    magnitudes = np.empty(len(records.orders))
    for number in range(len(records.orders)):
        magnitudes[number] = measure_magnitude(records, number)
    return magnitudes


@compiled
def measure_magnitude(records: Records, number: int) -> float:
    """The magnitude of one order: dearest option for each line, dearest shipment and parcel for each of them."""
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    options = records.options[order.option_start : order.option_start + order.option_count]
    shipments = float(max(0, min(order.shipments_max, order.option_count)))
    total = weight = volume = units = 0.0
    for row in range(len(lines)):
        line = lines[row]
        unit_milli = line_milli = 0
        for column in range(len(options)):
            cell = records.cells[order.cell_start + row * order.option_count + column]
            if cell.room > 0:
                unit_milli = max(unit_milli, abs(cell.unit_milli))
                line_milli = max(line_milli, abs(cell.line_milli))
        total += float(line.quantity) * (float(line.backorder_milli) + float(unit_milli))
        total += float(line_milli) * (min(shipments, line.quantity) if line.divisible else 1.0)
        weight += float(line.quantity) * line.unit_weight
        volume += float(line.quantity) * line.unit_volume
        units += line.quantity
    weight_max = volume_max = np.inf
    shipment_milli = parcel_milli = 0.0
    for option in options:
        weight_max = min(weight_max, float(option.weight_max))
        volume_max = min(volume_max, float(option.volume_max))
        terms = 0.0
        for term in range(option.term_first, option.term_end):
            terms += abs(float(records.terms[term].milli))
        shipment_milli = max(shipment_milli, terms + abs(float(option.fixed_milli)))
        reach = min(weight, float(option.weight_max))
        if option.dim_divisor > 0:
            reach = max(reach, min(volume, float(option.volume_max)) / option.dim_divisor + 1.0)
        parcel_milli = max(parcel_milli, _dearest_parcel(records, option, reach))
    # Two neighboring parcels of a next-fit packing together exceed the weight limit or the volume limit.
    parcels = shipments + 2.0 * (weight // (weight_max + 1.0) + volume // (volume_max + 1.0))
    total += shipments * (shipment_milli + abs(float(order.split_milli))) + min(units, parcels) * parcel_milli
    return total * ROUNDING


@compiled
def is_surely_small(records: Records) -> bool:
    """Whether the largest numbers anywhere in the batch and in all its tariffs stay within TOTAL_MILLI_MAX together.

    So common a case that it is worth asking first: it costs a tenth of measuring every order.
    """
    charge = unit = line = backorder = parcel = shipment = 0.0
    for bracket in range(len(records.tariffs.base_milli)):
        rate = float(records.tariffs.rate_micro[bracket]) * float(records.tariffs.weight_max[bracket])
        charge = max(charge, abs(float(records.tariffs.base_milli[bracket])) + abs(rate) / 1000.0)
    for cell in records.cells:
        unit, line = max(unit, abs(float(cell.unit_milli))), max(line, abs(float(cell.line_milli)))
    weight, terms = 1.0, 0.0
    for option in records.options:
        weight = max(weight, float(option.money_weight))
        parcel = max(parcel, abs(float(option.parcel_milli)))
        shipment = max(shipment, abs(float(option.fixed_milli)))
    for term in records.terms:
        terms += abs(float(term.milli))
    for record in records.lines:
        backorder = max(backorder, float(record.backorder_milli))
    per_unit = backorder + unit + (charge + 1000.0) * weight + parcel
    for order in records.orders:
        units = 0.0
        for row in range(order.line_start, order.line_start + order.line_count):
            units += records.lines[row].quantity
        shipments = float(max(0, min(order.shipments_max, order.option_count)))
        per_shipment = shipment + terms + order.line_count * line + abs(float(order.split_milli))
        if (units * per_unit + shipments * per_shipment) * ROUNDING > TOTAL_MILLI_MAX:
            return False
    return True


@compiled
def _dearest_parcel(records: Records, option: Any, reach: float) -> float:
    """The most that a parcel of up to `reach` billable grams may cost or earn."""
    dearest = 0.0
    for bracket in range(option.bracket_first, option.bracket_last + 1):
        top = float(records.tariffs.weight_max[bracket])
        rate = abs(float(records.tariffs.rate_micro[bracket])) * min(top, reach) / 1000.0
        if records.tariffs.rate_micro[bracket] != 0:
            rate += 1000.0
        dearest = max(dearest, abs(float(records.tariffs.base_milli[bracket])) + rate)
        if top >= reach:
            break
    return dearest * float(option.money_weight) + abs(float(option.parcel_milli))
