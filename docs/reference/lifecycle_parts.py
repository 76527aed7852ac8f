"""The parts of `concepts/lifecycle.md` that are made: the lives as diagrams and tables, and what moves when."""

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any

from ledger_parts import table

from router.ledger.delays import DELAY_TRANSITIONS
from router.ledger.flows import MEANINGS
from router.ledger.lifecycle import (
    ORDER_EFFECTS,
    ORDER_TRANSITIONS,
    SHIPMENT_EFFECTS,
    SHIPMENT_TRANSITIONS,
    Effect,
)
from router.ledger.purchases import PURCHASE_TRANSITIONS
from router.ledger.return_lifecycle import RETURN_EFFECTS, RETURN_TRANSITIONS

Rows = Mapping[tuple[Any, Any], Any]


def diagram(rows: Rows) -> str:
    """A state diagram; of an event that may lead back to its state the loop is drawn, too."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, event), row in rows.items():
        for after in sorted(row.states):
            arrows.setdefault(("[*]" if state is None else state.name, after.name), []).append(event.name)
    done = {after.name for row in rows.values() for after in row.states}
    done -= {state.name for state, _ in rows if state is not None}
    lines = [f"    {start} --> {end}: {', '.join(events)}" for (start, end), events in arrows.items()]
    lines += [f"    {state} --> [*]" for state in sorted(done)]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def rows_of(rows: Rows) -> str:
    """One row for each pair that is not refused."""
    return table(
        ("in state", "event", "leads to", "entries", "told as", "notice"),
        (
            (
                code("" if state is None else state.name),
                code(event.name),
                " ".join(code(after.name) for after in sorted(row.states)),
                *effect_cells(row.effect),
            )
            for (state, event), row in rows.items()
        ),
    )


def purchase_rows() -> str:
    """The same of purchase orders, of which no customer hears."""
    return table(
        ("in state", "event", "leads to", "entries", "told as"),
        (
            (
                code("" if state is None else state.name),
                code(event.name),
                " ".join(code(after.name) for after in sorted(row.states)),
                *effect_cells(row.effect)[:2],
            )
            for (state, event), row in PURCHASE_TRANSITIONS.items()
        ),
    )


def effect_cells(effect: Effect) -> tuple[str, str, str]:
    return (
        " ".join(code(one.name) for one in sorted(effect.entries)),
        code(effect.told.name if effect.told else ""),
        effect.notice.value if effect.notice else "",
    )


def moves(of: Iterable[tuple[IntEnum, Effect]] | None = None) -> str:
    """From which bucket to which an event may move units; unless said otherwise of orders and shipments."""
    return table(
        ("event", "entry", "from → to"),
        (
            (code(event.name), code(entry.name), f"`{gives.name.lower()}` → `{receives.name.lower()}`")
            for event, effect in (events() if of is None else of)
            for entry in sorted(effect.entries)
            for gives, receives in MEANINGS[entry][1]
        ),
    )


def events() -> Iterable[tuple[IntEnum, Effect]]:
    """Those of shipments stand for what an order's do with the same units."""
    yield from ((event, effect) for event, effect in ORDER_EFFECTS.items())
    names = {event.name for event in ORDER_EFFECTS}
    yield from ((event, effect) for event, effect in SHIPMENT_EFFECTS.items() if event.name not in names)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


PARTS: Mapping[str, Callable[[], str]] = {
    "order-life": lambda: diagram(ORDER_TRANSITIONS),
    "order-rows": lambda: rows_of(ORDER_TRANSITIONS),
    "shipment-life": lambda: diagram(SHIPMENT_TRANSITIONS),
    "shipment-rows": lambda: rows_of(SHIPMENT_TRANSITIONS),
    "delay-life": lambda: diagram(DELAY_TRANSITIONS),
    "delay-rows": lambda: rows_of(DELAY_TRANSITIONS),
    "moves": moves,
    "purchase-life": lambda: diagram(PURCHASE_TRANSITIONS),
    "purchase-rows": purchase_rows,
    "return-life": lambda: diagram(RETURN_TRANSITIONS),
    "return-rows": lambda: rows_of(RETURN_TRANSITIONS),
    "return-moves": lambda: moves(RETURN_EFFECTS.items()),
}
