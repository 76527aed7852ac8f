"""What is done to the plans of many orders in a row: inserted, taken from the rows, written over others."""

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.field import Field, Plans, take
from router.solver.wave.insertion import insert_order


@compiled
def insert_all(field: Field, orders: Ints, price: Ints, left: Ints, plans: Plans) -> int:
    """Give each order its best plan from what those before it left; returns the work."""
    work = 0
    for number in orders:
        work += insert_order(field, number, price, left, plans)
    return work


@compiled
def take_all(field: Field, orders: Ints, plans: Plans, left: Ints, sign: int) -> None:
    """Take what the plans of these orders use, or with sign -1 give it back."""
    for number in orders:
        take(field, number, plans, left, sign)


@compiled
def adopt(field: Field, orders: Ints, plans: Plans, into: Plans) -> None:
    """Write the plans of these orders over others."""
    for number in orders:
        first = field.entry_start[number]
        into.size[number], into.cost_milli[number] = plans.size[number], plans.cost_milli[number]
        for entry in range(first, first + plans.size[number]):
            into.cell[entry], into.units[entry] = plans.cell[entry], plans.units[entry]
