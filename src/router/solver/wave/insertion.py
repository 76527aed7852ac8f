"""An order's best plan from what is left, taken: the step that all plans of a wave are made of."""

from router.solver.problem import UNLIMITED, Ints
from router.solver.records import Records, compiled
from router.solver.wave.field import Field, Plans, show_order, solve_shown, take, worth
from router.solver.wave.problem import NO_ROW

REPAIRS_MAX = 12
"""How often the lines of one order may be found to take too much of a row together, before all but one leave it."""


@compiled
def insert_order(field: Field, number: int, price: Ints, left: Ints, plans: Plans) -> int:
    """Give the order its best plan at these prices from what is left, with its own cost, and take it; returns the work.

    Lines of the order may together want more of a row than it has left: then the smallest of them gives way.
    """
    show_order(field, number, price, left)
    work = 0
    for repair in range(REPAIRS_MAX + 1):
        cost, _, steps = solve_shown(field, number, price, plans)
        work += steps
        take(field, number, plans, left, 1)
        if not give_way(field, number, plans, left, repair == REPAIRS_MAX):
            plans.cost_milli[number] = cost - worth(field, number, plans, price)
            return work
        take(field, number, plans, left, -1)
    return work


@compiled
def give_way(field: Field, number: int, plans: Plans, left: Ints, is_last: bool) -> bool:
    """Whether the plan, already taken, overdraws a row; if so, take room from cells that draw on such rows."""
    records, order = field.records, field.records.orders[number]
    first, is_short = field.entry_start[number], False
    for node in range(order.node_count):
        row = field.slot_row[order.node_start + node]
        if row != NO_ROW and left[row] < 0:
            is_short = True
            _bar_node(records, number, node)
    least, chosen = UNLIMITED, -1
    for entry in range(first, first + plans.size[number]):
        line, column = divmod(plans.cell[entry], order.option_count)
        node = records.options[order.option_start + column].node
        usable = order.usable_start + line * order.node_count + node
        for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
            if left[field.draw_row[draw]] < 0:
                is_short = True
                if is_last:
                    _bar_node(records, number, node)
                size = plans.units[entry] * field.draw_units[draw]
                if size < least:
                    least, chosen = size, entry
    if chosen >= 0:
        line, column = divmod(plans.cell[chosen], order.option_count)
        node = records.options[order.option_start + column].node
        usable = order.usable_start + line * order.node_count + node
        keep = plans.units[chosen]
        for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
            over = -left[field.draw_row[draw]]
            if over > 0:
                keep = min(keep, plans.units[chosen] - -(-over // field.draw_units[draw]))
        keep = max(0, keep)
        record = records.lines[order.line_start + line]
        if not record.divisible:
            keep = 0
        records.usable[usable] = min(records.usable[usable], keep)
        for other in range(order.option_count):
            place = order.cell_start + line * order.option_count + other
            if records.options[order.option_start + other].node == node:
                records.cells[place].room = min(records.cells[place].room, keep)
        if record.leader >= 0:
            _bar_node(records, number, node)
    return is_short


@compiled
def _bar_node(records: Records, number: int, node: int) -> None:
    order = records.orders[number]
    for line in range(order.line_count):
        records.usable[order.usable_start + line * order.node_count + node] = 0
    for column in range(order.option_count):
        if records.options[order.option_start + column].node == node:
            for line in range(order.line_count):
                records.cells[order.cell_start + line * order.option_count + column].room = 0
