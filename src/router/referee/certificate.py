"""Check a certificate of decided orders: every cost added again, every limit checked, the bound found by brute force.

    python certificate.py FILE        the standard library is all it needs; exit code 0 accepts, 1 rejects

A certificate is a file of JSON lines: a header, a line for each order, and the seal, which is the SHA-256 of all lines
before it. All numbers are integers. What each field means stands in docs/concepts/certificate.md.

Nothing is shared with the program that wrote the file, and nothing in the file is believed: the seal shows that it was
altered after it was written; all the rest shows whether what was written is true.
"""

import hashlib
import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "router-certificate/1"
LOADS_MAX = 64
"""Orders whose lines can be loaded in more ways than this are too large to be priced by brute force."""
PRICED_MAX = 200
"""Of more orders than this a seeded sample is priced again."""

Record = dict[str, Any]
Load = tuple[int, ...]


class Rejected(Exception):
    """What is wrong with the file, in one sentence."""


@dataclass(slots=True)
class Verdict:
    """What was found, and how much of the bound was found again rather than believed."""

    faults: list[str] = field(default_factory=list)
    orders: int = 0
    priced: int = 0
    too_large: int = 0
    money_weight: int = 1
    """More than 1: of one order, whose amounts are weighed."""
    variants_priced: int = 0
    variants_too_large: int = 0
    cost_milli: int = 0
    bound_milli: int = 0
    left_out: int = 0
    seal: str = ""

    @property
    def is_accepted(self) -> bool:
        return not self.faults


def check_text(text: bytes, *, priced_max: int = PRICED_MAX, seed: int = 1) -> Verdict:
    """The verdict on a certificate; never raises, whatever `text` is."""
    verdict = Verdict()
    try:
        header, orders = read(text, verdict)
        check(header, orders, verdict, priced_max=priced_max, seed=seed)
    except Rejected as error:
        verdict.faults.append(str(error))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        verdict.faults.append(f"the file is malformed: {type(error).__name__}: {error}")
    return verdict


def read(text: bytes, verdict: Verdict) -> tuple[Record, list[Record]]:
    """Header and orders, once the seal fits and every number is an integer."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        raise Rejected("the file has no header or no seal")
    seal = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    stated = json.loads(lines[-1])
    if stated != {"seal": seal} or lines[-1] != f'{{"seal":"{seal}"}}\n'.encode():
        verdict.faults.append("the seal does not fit: the file was altered after it was written")
    verdict.seal = seal
    records = [json.loads(line, parse_float=not_integer, parse_constant=not_integer) for line in lines[:-1]]
    header, orders = records[0], records[1:]
    if header["format"] != FORMAT:
        raise Rejected(f"the format is `{header['format']}`, this program reads `{FORMAT}`")
    if len(orders) != header["order_count"]:
        raise Rejected(f"{len(orders)} orders, the header says {header['order_count']}")
    return header, orders


def not_integer(text: str) -> int:
    raise Rejected(f"`{text}` is not an integer")


def check(header: Record, orders: Sequence[Record], verdict: Verdict, *, priced_max: int, seed: int) -> None:
    """Every order for itself, then what they take together, then the bound."""
    verdict.orders, verdict.left_out = len(orders), len(header["scope"]["left_out"])
    taken: Counter[int] = Counter()
    for number, order in enumerate(orders):
        name = f"order {number} (`{order['order_id']}`)"
        faults = [f"{name}: {fault}" for fault in order_faults(header, order)]
        verdict.faults += faults
        if not faults:
            taken.update(takings(order))
    for number, row in enumerate(header["rows"]):
        if row["limit"] < 0 or row["price_milli"] < 0:
            verdict.faults.append(f"{row['name']}: limit and price must not be below 0")
        if taken[number] > row["limit"]:
            verdict.faults.append(f"{row['name']}: {taken[number]} are taken, there are {row['limit']}")
    verdict.money_weight = max((order["money_weight"] for order in orders), default=1)
    verdict.cost_milli = sum(order["plan"]["cost_milli"] for order in orders)
    if verdict.cost_milli != header["cost_milli"]:
        verdict.faults.append(f"the plans cost {verdict.cost_milli}, the header says {header['cost_milli']}")
    verdict.bound_milli = sum(order["bound_milli"] for order in orders)
    verdict.bound_milli -= sum(row["price_milli"] * row["limit"] for row in header["rows"])
    if verdict.bound_milli != header["bound_milli"]:
        verdict.faults.append(
            f"the prices prove {verdict.bound_milli}, the header says {header['bound_milli']}"
        )
    if verdict.bound_milli > verdict.cost_milli:
        verdict.faults.append(f"the bound {verdict.bound_milli} is above the cost {verdict.cost_milli}")
    if not verdict.faults:
        check_bounds(header, orders, verdict, priced_max=priced_max, seed=seed)


def check_bounds(
    header: Record, orders: Sequence[Record], verdict: Verdict, *, priced_max: int, seed: int
) -> None:
    """No order may claim more than its cheapest plan costs at the prices of the rows: all plans are tried."""
    numbers = range(len(orders))
    sample = numbers if len(orders) <= priced_max else random.Random(seed).sample(numbers, priced_max)
    for number in sorted(sample):
        order = orders[number]
        least = cheapest_priced(header, order)
        if least is None:
            verdict.too_large += 1
            continue
        verdict.priced += 1
        if order["bound_milli"] > least:
            verdict.faults.append(
                f"order {number} (`{order['order_id']}`): its bound is {order['bound_milli']}, "
                f"yet a plan costs {least} at the prices"
            )
        for variant in order.get("variants", ()):
            least = cheapest_priced(header, variant)
            if least is None:
                verdict.variants_too_large += 1
                continue
            verdict.variants_priced += 1
            money = least // variant["money_weight"]
            if order["money_bound_milli"] > money:
                verdict.faults.append(
                    f"order {number} (`{order['order_id']}`): no plan is said to cost less than "
                    f"{order['money_bound_milli']}, yet with {variant['way']} units replaced one costs {money}"
                )


def order_faults(header: Record, order: Record) -> Iterator[str]:
    """What is wrong with an order's numbers or its plan."""
    shapes = list(shape_faults(header, order))
    yield from shapes
    if shapes:
        return
    yield from plan_faults(order)
    yield from variant_faults(header, order)
    plan = order["plan"]
    lines, shipments = order["lines"], plan["shipments"]
    cost = 0
    for number, shipment in enumerate(shipments):
        load = load_of(order, shipment)
        packed = pack(header, order, shipment["option"], load)
        if packed is None:
            yield f"shipment {number} cannot be packed"
            continue
        if shipment["parcels"] != packed:
            yield f"shipment {number}: its parcels are {packed}, the file says {shipment['parcels']}"
        parts = cost_parts(order, shipment["option"], load, packed)
        if parts is None:
            yield f"shipment {number} is of a kind that is forbidden"
        elif parts != shipment["costs"]:
            yield f"shipment {number}: its costs are {parts}, the file says {shipment['costs']}"
        cost += sum(shipment["costs"].values())
    split = order["split_milli"] * max(0, len(shipments) - 1)
    if plan["split_milli"] != split:
        yield f"the split costs {split}, the file says {plan['split_milli']}"
    shipped = units_shipped(order)
    left = sum(
        line["backorder_milli"] * (line["quantity"] - shipped[number]) for number, line in enumerate(lines)
    )
    if plan["unshipped_milli"] != left:
        yield f"what does not ship costs {left}, the file says {plan['unshipped_milli']}"
    if plan["cost_milli"] != cost + split + left:
        yield f"the plan costs {cost + split + left}, the file says {plan['cost_milli']}"


def shape_faults(header: Record, order: Record) -> Iterator[str]:
    """Numbers that name nothing, and lists of the wrong length."""
    lines, nodes, options = order["lines"], order["nodes"], order["options"]
    rows, tariffs = len(header["rows"]), len(header["tariffs"])
    for table, width in (("usable", nodes), ("draws", nodes), ("allowed", options),
                         ("line_milli", options), ("unit_milli", options)):  # fmt: skip
        if len(order[table]) != len(lines) or any(len(part) != len(width) for part in order[table]):
            yield f"`{table}` has not one value for each line and each of its columns"
    if "awaits" in order:
        if len(order["docks"]) != len(nodes) or len(order["awaits"]) != len(options):
            yield "`docks` or `awaits` has not one value for each of its columns"
        if len(order["brings"]) != len(lines) or any(len(part) != len(options) for part in order["brings"]):
            yield "`brings` has not one value for each line and each option"
        if any(nodes[dock]["capacity"] != node["capacity"] for dock, node in zip(order["docks"], nodes)):
            yield "nodes of one dock have different capacities"
    shipments = order["plan"]["shipments"] if "plan" in order else ()
    named = itertools.chain(
        (("node", option["node"], len(nodes)) for option in options),
        (("tariff", option["tariff"], tariffs) for option in options),
        (("row", node["row"], rows) for node in nodes if node["row"] != -1),
        (("row", row, rows) for line in order["draws"] for draws in line for row, _ in draws),
        (("option", term["option"], len(options)) for term in order["terms"]),
        (("option", shipment["option"], len(options)) for shipment in shipments),
        (("line", line, len(lines)) for one in shipments for line, _ in one["units"]),
    )
    for kind, number, count in named:
        if not 0 <= number < count:
            yield f"{kind} {number} does not exist"
    for line in order["draws"]:
        if any(units <= 0 for draws in line for _, units in draws):
            yield "a unit draws nothing of a row"
    for one in order.get("substitutes", ()):
        if not 0 <= one["line"] < len(lines):
            yield f"line {one['line']} does not exist"
        elif f"+{one['units']}x{one['sku']}+" not in f"+{lines[one['line']]['name']}+":
            said = f"which is said to stand in for `{one['asked']}`"
            yield f"line {one['line']} sends no {one['units']} of `{one['sku']}`, {said}"
        elif one["sku"] == one["asked"]:
            yield f"line {one['line']}: `{one['sku']}` is said to stand in for itself"
    if any(line["quantity"] <= 0 or line["backorder_milli"] < 0 for line in lines):
        yield "a quantity is not above 0, or leaving a unit out earns money"


def variant_faults(header: Record, order: Record) -> Iterator[str]:
    """What is wrong with the ways to replace units: one is missing, is no way, or sends something else."""
    if "offered" not in order:
        return
    offered = order["offered"]
    chosen = [[offer["units"] for offer in line["offers"]] for line in offered]
    listed = [chosen, *(variant["way"] for variant in order["variants"])]
    bounds = [one["bound_milli"] // one["money_weight"] for one in (order, *order["variants"])]
    if order["money_bound_milli"] != min(bounds):
        yield f"the ways prove {min(bounds)}, the file says {order['money_bound_milli']}"
    ways = [list(way) for way in itertools.product(*map(ways_of_line, offered))]
    if sorted(listed) != sorted(ways):
        yield f"{len(ways)} ways to replace units are offered, the file has {len(listed)} or others"
        return
    for way, one in zip(listed, [order, *order["variants"]], strict=True):
        for fault in () if one is order else shape_faults(header, one):
            yield f"with {way} units replaced: {fault}"
        yield from replaced_faults(offered, way, one)


def ways_of_line(line: Record) -> list[list[int]]:
    """For how many units each offer of a line can stand in."""
    offers, quantity = line["offers"], line["quantity"]
    if not line["is_whole"]:
        every = itertools.product(*(range(min(offer["there"], quantity) + 1) for offer in offers))
        return [list(units) for units in every if sum(units) <= quantity]
    whole = [place for place, offer in enumerate(offers) if offer["there"] >= quantity]
    none = [0] * len(offers)
    return [none, *([quantity * (place == chosen) for place in range(len(offers))] for chosen in whole)]


def replaced_faults(offered: Sequence[Record], way: Sequence[Sequence[int]], one: Record) -> Iterator[str]:
    """Whether the lines of a variant send what its way says, each unit at the price of its offer."""
    wanted: Counter[tuple[str, str, int]] = Counter()
    for line, units_of in zip(offered, way, strict=True):
        for offer, units in zip(line["offers"], units_of, strict=True):
            wanted[line["asked"], offer["sku"], offer["milli"] * one["money_weight"]] += units
    sent: Counter[tuple[str, str, int]] = Counter()
    for part in one.get("substitutes", ()):
        units = part["units"] * one["lines"][part["line"]]["quantity"]
        sent[part["asked"], part["sku"], part["milli"] // part["units"]] += units
    if +wanted != +sent:
        yield f"with {way} units replaced its lines send {dict(+sent)} instead of {dict(+wanted)}"


def plan_faults(order: Record) -> Iterator[str]:
    """Limits that the plan breaks."""
    lines, nodes, options = order["lines"], order["nodes"], order["options"]
    shipments = order["plan"]["shipments"]
    opened = [shipment["option"] for shipment in shipments]
    if any(first >= second for first, second in itertools.pairwise(opened)):
        yield "shipments do not rise by option"
    if len(shipments) > order["shipments_max"]:
        yield f"{len(shipments)} shipments, at most {order['shipments_max']} are allowed"
    taken: Counter[tuple[int, int]] = Counter()
    dispatched: Counter[int] = Counter()
    for number, shipment in enumerate(shipments):
        node = options[shipment["option"]]["node"]
        dispatched[node] += 1
        carried = [line for line, _ in shipment["units"]]
        if not carried or any(first >= second for first, second in itertools.pairwise(carried)):
            yield f"shipment {number} is empty, or its lines do not rise"
        load = load_of(order, shipment)
        for line, units in shipment["units"]:
            taken[line, node] += units
            if units <= 0:
                yield f"shipment {number} has {units} units of line {line}"
            if not order["allowed"][line][shipment["option"]]:
                yield f"shipment {number}: line {line} may not travel so"
        for group in wholes(order):
            if any(load[line] for line in group) and any(
                load[line] != lines[line]["quantity"] for line in group
            ):
                yield f"shipment {number} divides lines {group}, which leave whole"
        if not is_complete(order, shipment["option"], load):
            yield f"shipment {number} divides a line, or awaits what none of its lines brings"
        value = sum(line["unit_value_minor"] * units for line, units in zip(lines, load, strict=True))
        if len(shipments) > 1 and value < order["value_min_minor"]:
            yield f"shipment {number} is worth {value}, a split needs {order['value_min_minor']}"
    for (line, node), units in taken.items():
        if units > order["usable"][line][node]:
            yield f"node {node} ships {units} units of line {line} and has {order['usable'][line][node]}"
    for node in dispatched:
        count = sum(
            shipped for other, shipped in dispatched.items() if dock_of(order, other) == dock_of(order, node)
        )
        if count > nodes[node]["capacity"]:
            yield f"node {node} dispatches {count} shipments of {nodes[node]['capacity']}"
    shipped = units_shipped(order)
    for number, line in enumerate(lines):
        if shipped[number] > line["quantity"]:
            yield f"line {number} ships {shipped[number]} units of {line['quantity']} ordered"
        if order["ship_complete"] and shipments and shipped[number] < line["quantity"]:
            yield f"line {number} ships {shipped[number]} units, all of the order must leave"


def is_complete(order: Record, option: int, load: Load) -> bool:
    """Whether a load brings all that its option awaits, and divides no line; all loads do where nothing is awaited."""
    awaited = order["awaits"][option] if "awaits" in order else 0
    if not awaited:
        return True
    brought = 0
    for line, units in enumerate(load):
        if units:
            brought |= order["brings"][line][option]
            if units < order["lines"][line]["quantity"]:
                return False
    return brought & awaited == awaited


def dock_of(order: Record, node: int) -> int:
    """Which nodes dispatch what one of them can: those of one dock."""
    dock: int = order["docks"][node] if "docks" in order else node
    return dock


def wholes(order: Record) -> list[list[int]]:
    """Lines that leave whole: each indivisible one alone, and those of each group together."""
    groups: dict[int, list[int]] = {}
    alone = []
    for number, line in enumerate(order["lines"]):
        if line["together"] >= 0:
            groups.setdefault(line["together"], []).append(number)
        elif not line["divisible"]:
            alone.append([number])
    return alone + list(groups.values())


def load_of(order: Record, shipment: Record) -> Load:
    units = dict(shipment["units"])
    return tuple(units.get(line, 0) for line in range(len(order["lines"])))


def units_shipped(order: Record) -> Counter[int]:
    shipped: Counter[int] = Counter()
    for shipment in order["plan"]["shipments"]:
        for line, units in shipment["units"]:
            shipped[line] += units
    return shipped


def takings(order: Record) -> Counter[int]:
    """What the plan takes of each row."""
    taken: Counter[int] = Counter()
    for shipment in order["plan"]["shipments"]:
        node = order["options"][shipment["option"]]["node"]
        if order["nodes"][node]["row"] >= 0:
            taken[order["nodes"][node]["row"]] += 1
        for line, units in shipment["units"]:
            for row, each in order["draws"][line][node]:
                taken[row] += each * units
    return taken


def pack(header: Record, order: Record, option_number: int, load: Load) -> list[list[int]] | None:
    """[weight, volume, billable weight, charge] of each parcel: units one by one, heavy ones first, next fit."""
    option, lines = order["options"][option_number], order["lines"]
    sequence = sorted(
        (number for number, units in enumerate(load) if units),
        key=lambda number: (-lines[number]["unit_weight"], -lines[number]["unit_volume"], number),
    )
    parcels: list[list[int]] = []
    for number in sequence:
        weight, volume = lines[number]["unit_weight"], lines[number]["unit_volume"]
        if weight > option["weight_max"] or volume > option["volume_max"]:
            return None
        for _ in range(load[number]):
            last = parcels[-1] if parcels else None
            if last and last[0] + weight <= option["weight_max"] and last[1] + volume <= option["volume_max"]:
                last[0], last[1] = last[0] + weight, last[1] + volume
            else:
                parcels.append([weight, volume])
    for parcel in parcels:
        weight, volume = parcel
        divisor = option["dim_divisor"]
        is_bulky = divisor > 0 and volume >= option["dim_volume_min"]
        billable = max(weight, -(-volume // divisor)) if is_bulky else weight
        charge = next(
            (
                base + 1000 * -(-rate * billable // 1_000_000)
                for weight_max, base, rate in header["tariffs"][option["tariff"]]
                if billable <= weight_max
            ),
            None,
        )
        if charge is None:
            return None
        parcel += [billable, charge]
    return parcels


def cost_parts(
    order: Record, option_number: int, load: Load, parcels: Sequence[Sequence[int]]
) -> dict[str, int] | None:
    """What a shipment costs, by part; None where it is forbidden."""
    option = order["options"][option_number]
    due = 0
    measured = [0] * len(order["metrics"])
    for number, units in enumerate(load):
        for column, (metric, each) in enumerate(
            zip(order["metrics"], order["lines"][number]["metric"], strict=True)
        ):
            measured[column] += each * ((units > 0) if metric == "lines" else units)
    for term in order["terms"]:
        bounds = zip(term["low"], measured, term["high"], strict=True)
        if term["option"] == option_number and all(low <= value <= high for low, value, high in bounds):
            if term["forbids"]:
                return None
            due += term["milli"]
    parts = {
        "shipment_milli": option["fixed_milli"],
        "freight_milli": order["money_weight"] * sum(parcel[3] for parcel in parcels),
        "parcels_milli": option["parcel_milli"] * len(parcels),
        "lines_milli": sum(
            order["line_milli"][line][option_number] for line, units in enumerate(load) if units
        ),
        "units_milli": sum(
            order["unit_milli"][line][option_number] * units for line, units in enumerate(load)
        ),
        "terms_milli": due,
    }
    if "substitutes" in order:
        parts["substitutes_milli"] = sum(one["milli"] * load[one["line"]] for one in order["substitutes"])
    return parts


def cheapest_priced(header: Record, order: Record) -> int | None:
    """What the order's cheapest plan costs at the prices of the rows, by trying every load; None if there are too many.

    A plan of an order may take no more than a row's whole limit, which narrows what its nodes have.
    """
    lines, options = order["lines"], order["options"]
    loads = all_loads(order)
    if loads is None:
        return None
    prices = [row["price_milli"] for row in header["rows"]]
    limits = [row["limit"] for row in header["rows"]]
    quantity = [line["quantity"] for line in lines]
    backorder = [line["backorder_milli"] for line in lines]
    nothing = (0,) * len(lines)
    by_dock: dict[int, dict[int, list[list[tuple[Load, int, bool]]]]] = {}
    best: int = sum(each * units for each, units in zip(backorder, quantity, strict=True))
    for number, option in enumerate(options):
        node = option["node"]
        choices = []
        for load in loads:
            cost = priced_cost(header, order, number, load, prices, limits)
            if cost is None:
                continue
            value = sum(line["unit_value_minor"] * units for line, units in zip(lines, load, strict=True))
            left = [wanted - units for wanted, units in zip(quantity, load, strict=True)]
            if order["shipments_max"] >= 1 and (not order["ship_complete"] or not any(left)):
                best = min(
                    best, cost + sum(each * units for each, units in zip(backorder, left, strict=True))
                )
            choices.append((load, cost, value >= order["value_min_minor"]))
        by_dock.setdefault(dock_of(order, node), {}).setdefault(node, []).append(choices)
    # Two shipments and more: states are what is shipped so far and by how many shipments.
    states: dict[tuple[Load, int], int] = {(nothing, 0): 0}
    for of_nodes in by_dock.values():
        at_dock: dict[tuple[Load, int], int] = {(nothing, 0): 0}
        for node, of_options in of_nodes.items():
            has = [narrowed(order, line, node, limits) for line in range(len(lines))]
            room = room_of(order, node, limits)
            at_node: dict[tuple[Load, int], int] = {(nothing, 0): 0}
            for choices in of_options:
                at_node = grow(at_node, [(c[0], 1, c[1]) for c in choices if c[2]], has, room)
            at_dock = grow(at_dock, [(*key, cost) for key, cost in at_node.items() if key[1]], quantity, room)
        states = grow(
            states,
            [(*key, cost) for key, cost in at_dock.items() if key[1]],
            quantity,
            order["shipments_max"],
        )
    for (load, count), cost in states.items():
        left = [wanted - units for wanted, units in zip(quantity, load, strict=True)]
        if count >= 2 and (not order["ship_complete"] or not any(left)):
            total = cost + order["split_milli"] * (count - 1)
            best = min(best, total + sum(each * units for each, units in zip(backorder, left, strict=True)))
    return best


def grow(
    states: dict[tuple[Load, int], int],
    choices: Sequence[tuple[Load, int, int]],
    units_max: Sequence[int],
    count_max: int,
) -> dict[tuple[Load, int], int]:
    """Every state as it is and with each of the choices added to it, where both fit; the cheapest of equal ones."""
    grown = dict(states)
    for (taken, count), cost in states.items():
        for load, shipments, price in choices:
            if count + shipments > count_max:
                continue
            both = tuple(map(int.__add__, taken, load))
            if any(units > most for units, most in zip(both, units_max, strict=True)):
                continue
            key = (both, count + shipments)
            if key not in grown or cost + price < grown[key]:
                grown[key] = cost + price
    return grown


def all_loads(order: Record) -> list[Load] | None:
    """Every load of a shipment but the empty one; None if there are more than LOADS_MAX."""
    lines = order["lines"]
    groups = wholes(order)
    parts: list[list[dict[int, int]]] = [
        [{}, {line: lines[line]["quantity"] for line in group}] for group in groups
    ]
    whole = {line for group in groups for line in group}
    count = 1 << len(parts)
    for number, line in enumerate(lines):
        if number not in whole:
            count *= line["quantity"] + 1
            if count > LOADS_MAX:
                return None
            parts.append([{number: units} if units else {} for units in range(line["quantity"] + 1)])
    if count > LOADS_MAX:
        return None
    loads = []
    for chosen in itertools.product(*parts):
        units = {line: each for part in chosen for line, each in part.items()}
        if units:
            loads.append(tuple(units.get(line, 0) for line in range(len(lines))))
    return loads


def priced_cost(
    header: Record, order: Record, number: int, load: Load, prices: Sequence[int], limits: Sequence[int]
) -> int | None:
    """The cost of a shipment and of what it takes of the rows; None where it is not possible."""
    node = order["options"][number]["node"]
    if room_of(order, node, limits) < 1 or not is_complete(order, number, load):
        return None
    for line, units in enumerate(load):
        if units and (not order["allowed"][line][number] or units > narrowed(order, line, node, limits)):
            return None
    parcels = pack(header, order, number, load)
    parts = None if parcels is None else cost_parts(order, number, load, parcels)
    if parts is None:
        return None
    slot = order["nodes"][node]["row"]
    cost = sum(parts.values()) + (prices[slot] if slot >= 0 else 0)
    for line, units in enumerate(load):
        cost += sum(prices[row] * each * units for row, each in order["draws"][line][node])
    return cost


def narrowed(order: Record, line: int, node: int, limits: Sequence[int]) -> int:
    """Units that the node has for the order, if it had the rows all to itself."""
    units: int = order["usable"][line][node]
    for row, each in order["draws"][line][node]:
        units = min(units, limits[row] // each)
    return units


def room_of(order: Record, node: int, limits: Sequence[int]) -> int:
    """Shipments that the node can dispatch for the order, if it had the rows all to itself."""
    room: int = order["nodes"][node]["capacity"]
    slot: int = order["nodes"][node]["row"]
    return min(room, limits[slot]) if slot >= 0 else room


def sentences(verdict: Verdict) -> list[str]:
    """What to tell a person."""
    if verdict.faults:
        return [f"REJECTED: {verdict.faults[0]}", *(f"          {fault}" for fault in verdict.faults[1:10])]
    unit = "thousandths of a minor unit"
    if verdict.money_weight > 1:
        unit = (
            f"in amounts weighed by levels, where a thousandth of a minor unit counts {verdict.money_weight}"
        )
    said = [
        f"ACCEPTED: {counted(verdict.orders, 'order')} cost {verdict.cost_milli} {unit}, "
        f"no plan costs less than {verdict.bound_milli}"
    ]
    said.append(f"bounds of {counted(verdict.priced, 'order')} found again by brute force")
    if verdict.variants_priced:
        ways = counted(verdict.variants_priced, "other way")
        said.append(f"{ways} to replace units found to cost no less money, by brute force")
    if verdict.variants_too_large:
        ways = counted(verdict.variants_too_large, "other way")
        said.append(f"{ways} to replace units believed: too large for brute force")
    if verdict.left_out:
        said.append(f"{counted(verdict.left_out, 'order')} named as left out: nothing is said of them")
    if verdict.too_large:
        said.append(f"bounds of {counted(verdict.too_large, 'order')} believed: too large for brute force")
    if rest := verdict.orders - verdict.priced - verdict.too_large:
        said.append(f"bounds of {counted(rest, 'order')} believed: outside the sample")
    return [*said, f"seal {verdict.seal}"]


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python certificate.py FILE\n")
        return 2
    verdict = check_text(Path(arguments[0]).read_bytes())
    sys.stdout.write("\n".join(sentences(verdict)) + "\n")
    return 0 if verdict.is_accepted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
