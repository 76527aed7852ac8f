"""The OR-Tools model's constraints of parcels: how many a shipment has, what is billed for them and what they cost.

`model` is OR-Tools' `CpModel`, which `model.py` alone imports.
"""

from typing import Any

from router.solver.model_options import freight_milli
from router.solver.model_variables import ShipmentVariables, Variables
from router.solver.problem import Opened, OrderProblem

SHARES = range(1, 9)
"""Units larger than a half, a third, ... a ninth of a parcel are counted against the number of parcels."""


def a_load_that_fits_is_one_parcel(model: Any, problem: OrderProblem, variables: Variables) -> None:
    """`several` says exactly that the load exceeds the weight or the volume of one parcel."""
    for shipment in variables.packed:
        option, several = shipment.option, shipment.several
        parcel_count = sum(shipment.parcels)
        model.add(parcel_count >= shipment.opened + several)
        model.add(parcel_count <= shipment.opened + (option.parcels_max - 1) * several)
        if option.parcels_max > 1:
            too_heavy, too_bulky = model.new_bool_var(""), model.new_bool_var("")
            over_weight = option.load_weight - option.parcel_weight
            over_volume = option.load_volume - option.parcel_volume
            model.add(shipment.weight <= option.parcel_weight + over_weight * several)
            model.add(shipment.volume <= option.parcel_volume + over_volume * several)
            model.add(shipment.weight >= (option.parcel_weight + 1) * too_heavy)
            model.add(shipment.volume >= (option.parcel_volume + 1) * too_bulky)
            model.add_bool_or(too_heavy, too_bulky, ~several)


def parcels_cover_their_load(model: Any, problem: OrderProblem, variables: Variables) -> None:
    """Holds for every packing: no parcel exceeds its bracket, its weight or its volume."""
    for shipment in variables.packed:
        option = shipment.option
        parcel_count, billed = sum(shipment.parcels), sum(shipment.billed)
        model.add(shipment.weight <= billed)
        model.add(shipment.weight <= option.parcel_weight * parcel_count)
        model.add(shipment.volume <= option.parcel_volume * parcel_count)
        for bracket, parcels, grams in zip(option.brackets, shipment.parcels, shipment.billed):
            model.add(grams >= bracket.weight_min * parcels)
            model.add(grams <= bracket.weight_max * parcels)
        if option.dim_divisor:
            # Below the threshold a parcel's volume is not billed: so much volume may each parcel hide.
            hidden = max(0, option.dim_volume_min - 1)
            model.add(shipment.volume <= option.dim_divisor * billed + hidden * parcel_count)


def bulky_units_need_parcels(model: Any, problem: OrderProblem, variables: Variables) -> None:
    """At most `size` units above 1 / (size + 1) of the limit share a parcel, larger ones counting several times.

    SOURCE: Fekete and Schepers, "New classes of fast lower bounds for bin packing problems" (2001), in integers:
    shares w / (limit + 1) of a parcel add up to less than 1, so floor((size + 1) x share) to at most `size`.
    """
    for shipment in variables.packed:
        option = shipment.option
        if option.parcels_max == 1:
            continue
        for limit, unit_size in (
            (option.parcel_weight, problem.unit_weight.tolist()),
            (option.parcel_volume, problem.unit_volume.tolist()),
        ):
            for size in SHARES:
                counts = {line: (size + 1) * unit_size[line] // (limit + 1) for line in shipment.units}
                if any(counts.values()):
                    counted = sum(count * shipment.units[line] for line, count in counts.items())
                    model.add(counted <= size * sum(shipment.parcels))


def parcels_close_only_when_the_next_unit_does_not_fit(
    model: Any, problem: OrderProblem, variables: Variables
) -> None:
    """All but the last parcel were closed by weight or by volume, so they are full to within one unit.

    And two neighbors together exceed the limit. Without this the relaxation would spread units thinly.
    """
    for shipment in variables.packed:
        option = shipment.option
        if option.parcels_max == 1:
            continue
        heaviest = max(int(problem.unit_weight[line]) for line in shipment.units)
        bulkiest = max(int(problem.unit_volume[line]) for line in shipment.units)
        closed_by_weight, closed_by_volume, heavy_pairs, bulky_pairs = (
            model.new_int_var(0, option.parcels_max, "") for _ in range(4)
        )
        model.add(closed_by_weight + closed_by_volume >= sum(shipment.parcels) - 1)
        model.add(shipment.weight >= (option.parcel_weight - heaviest + 1) * closed_by_weight)
        model.add(shipment.volume >= (option.parcel_volume - bulkiest + 1) * closed_by_volume)
        model.add(2 * (heavy_pairs + bulky_pairs) >= sum(shipment.parcels) - 1)
        model.add(shipment.weight >= (option.parcel_weight + 1) * heavy_pairs)
        model.add(shipment.volume >= (option.parcel_volume + 1) * bulky_pairs)
        light = [
            parcels
            for bracket, parcels in zip(option.brackets, shipment.parcels)
            if bracket.weight_max <= option.parcel_weight - heaviest
        ]
        model.add(sum(light) <= 1 + closed_by_volume)


def one_parcel_is_billed_exactly(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.packed:
        option = shipment.option
        billable = shipment.weight
        if option.dim_divisor:
            counts = model.new_bool_var("")
            dimensional_max = -(-option.load_volume // option.dim_divisor)
            dimensional = model.new_int_var(0, dimensional_max, "")
            billable = model.new_int_var(0, max(option.load_weight, dimensional_max), "")
            scaled = option.dim_divisor * dimensional
            model.add(shipment.volume >= option.dim_volume_min).only_enforce_if(counts)
            model.add(shipment.volume <= option.dim_volume_min - 1).only_enforce_if(~counts)
            model.add(scaled >= shipment.volume).only_enforce_if(counts)
            model.add(scaled <= shipment.volume + option.dim_divisor - 1).only_enforce_if(counts)
            model.add(dimensional == 0).only_enforce_if(~counts)
            model.add_max_equality(billable, [shipment.weight, dimensional])
        exactly = model.add(sum(shipment.billed) == billable)
        if option.parcels_max > 1:
            exactly.only_enforce_if(~shipment.several)


def rates_round_up(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.packed:
        rated = sum(b.rate_micro * grams for b, grams in zip(shipment.option.brackets, shipment.billed))
        model.add(1_000_000 * shipment.rate_minor >= rated)


def a_listed_shipment_is_one_of_its_loads(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.listed:
        model.add(sum(shipment.chosen) == shipment.opened)
        for line, units in shipment.units.items():
            counts = (dict(load.units).get(line, 0) for load in shipment.loads)
            model.add(units == sum(count * chosen for count, chosen in zip(counts, shipment.chosen)))


def a_known_load_has_its_true_price(
    model: Any, problem: OrderProblem, variables: Variables, cut: Opened
) -> None:
    """Either the load of this option differs in some line, or its freight is the one the packing rule gives."""
    shipment = next(s for s in variables.shipments if s.option.number == cut.option)
    load = dict(cut.units)
    is_known = model.new_bool_var("")
    differs = [is_known]
    for line, used in shipment.used.items():
        if line not in shipment.counted:
            differs.append(~used if line in load else used)
        else:
            other = model.new_bool_var("")
            model.add(shipment.counted[line] != load.get(line, 0)).only_enforce_if(other)
            differs.append(other)
    model.add_bool_or(differs)
    model.add(freight(problem, shipment) >= freight_milli(problem, cut)).only_enforce_if(is_known)


def freight(problem: OrderProblem, shipment: ShipmentVariables) -> Any:
    if shipment.loads:
        prices = (freight_milli(problem, load) for load in shipment.loads)
        return sum(price * chosen for price, chosen in zip(prices, shipment.chosen))
    parcel_milli = int(problem.parcel_milli[shipment.option.number])
    by_bracket = zip(shipment.option.brackets, shipment.parcels)
    weight = problem.money_weight
    charges = sum((weight * bracket.base_milli + parcel_milli) * count for bracket, count in by_bracket)
    return charges + weight * 1_000 * shipment.rate_minor + shipment.true_milli
