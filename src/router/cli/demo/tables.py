"""The tables and panels of `router demo`."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from router.api.v1 import ledger_pb2, order_pb2, routing_pb2
from router.simulation.summary import Summary

_BIN = Path(sys.executable).parent
_TOOLS = (
    "" if shutil.which("router") else f"{os.path.relpath(_BIN) if _BIN.is_relative_to(Path.cwd()) else _BIN}/"
)
"""What to write before a tool's name, so that a copied line runs whether or not the environment is active."""
WHAT_HAPPENS = {"BACKORDER": "backordered", "CANCEL": "canceled", "HOLD": "held for a person"}
BUSIEST_SHOWN = 8
CANDIDATES_SHOWN = 8


def money(amount_minor: int) -> str:
    """Cents as dollars."""
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}${abs(amount_minor) // 100:,}.{abs(amount_minor) % 100:02}"


def figures_table(summary: Summary, seconds: float) -> Table:
    """The figures people ask for first."""
    table = _table("What happened", "", "")
    unshipped = ", ".join(
        f"{units:,} {WHAT_HAPPENS[action]}" for action, units in summary.unshipped_units.items()
    )
    refused = ", ".join(f"{count:,} {reason}" for reason, count in summary.refused.items())
    for name, value in (
        ("orders", f"{summary.orders:,} with {summary.lines:,} lines, {summary.units:,} units"),
        ("refused", refused or "none"),
        ("shipments", f"{summary.shipments:,} in {summary.parcels:,} parcels"),
        ("split orders", f"{summary.split_orders:,} ({_share(summary.split_orders, summary.orders)})"),
        ("units not shipped", f"{unshipped or 'none'} (in {summary.unshipped_orders:,} orders)"),
        ("on time", f"{summary.on_time_share:.1%} of {summary.promised_shipments:,} promised shipments"),
        ("proven cheapest", f"{summary.optimal_share:.1%} of the plans ({_counts(summary.by_method)})"),
        ("cost", f"{money(summary.total_minor)}, {_per_order(summary.total_minor, summary)} an order"),
        ("speed", f"{summary.orders / seconds:,.0f} orders a second, each booked on disk before its answer"),
    ):
        table.add_row(name, value)
    return table


def cost_table(summary: Summary) -> Table:
    """The cost by part."""
    table = _table("Cost by part", "part", "total", "an order", right=(1, 2))
    for part, amount in summary.cost_minor.items():
        table.add_row(part.lower().replace("_", " "), money(amount), _per_order(amount, summary))
    return table


def flow_table(summary: Summary) -> Table:
    """Who shipped and who carried, side by side."""
    table = _table(
        "Busiest nodes and services", "node", "shipments", "service level", "shipments", right=(1, 3)
    )
    nodes = list(summary.by_node.items())[:BUSIEST_SHOWN]
    levels = list(summary.by_service_level.items())
    for index in range(max(len(nodes), len(levels))):
        node = nodes[index] if index < len(nodes) else ("", 0)
        level = levels[index] if index < len(levels) else ("", 0)
        table.add_row(
            node[0], f"{node[1]:,}" if node[1] else "", level[0], f"{level[1]:,}" if level[1] else ""
        )
    return table


def audit_line(audit: ledger_pb2.AuditLedgerResponse) -> Text:
    """What the audit of the ledger found."""
    if audit.clean:
        return Text.from_markup(
            f"[green]✓[/] ledger audit clean: {audit.entry_count:,} entries, {audit.account_count:,} accounts, "
            f"{audit.reservation_count:,} reservations recomputed"
        )
    return Text.from_markup("[red]✗ ledger audit:[/] " + "; ".join(audit.faults))


def explanation_panel(explained: routing_pb2.ExplainDecisionResponse) -> Panel:
    """One order: the sentence, its shipments, and what each candidate node could have done."""
    parts: list[RenderableType] = [Text(explained.summary), Text("")]
    parts += [Text(_shipment_line(shipment)) for shipment in explained.routed.plan.shipments]
    parts.append(_candidates_table(explained))
    if explained.HasField("runner_up"):
        difference = explained.runner_up_difference_minor
        parts.append(Text(f"best plan without the chosen nodes: {money(difference)} dearer"))
    if explained.HasField("replay_identical"):
        parts.append(Text(f"decided again from its stored inputs: {_replayed(explained.replay_identical)}"))
    return Panel(
        Group(*parts), title=f"Why {explained.routed.order_id}", title_align="left", border_style="cyan"
    )


def next_commands(order_id: str, address: str, *, is_running: bool) -> str:
    """What to type next, as plain lines that can be copied."""
    call = (
        f'{_TOOLS}buf curl --protocol grpc --http2-prior-knowledge -d \'{{"orderId": "{order_id}"}}\' '
        f"http://{address}/router.api.v1.RoutingService/ExplainDecision"
    )
    first = (
        f"The server keeps running on {address}; Ctrl-C ends it. In another terminal:"
        if is_running
        else f"{_TOOLS}router demo --keep    # leaves its server running; then in another terminal:"
    )
    why = f"{_TOOLS}router order why {order_id} --replay --address {address}"
    own = "make serve    # a server of your own, its ledger in ./router.sqlite"
    return "\n".join(("Next:", f"  {first}", f"  {why}", f"  {call}", *(() if is_running else (f"  {own}",))))


def _table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_header=any(columns))
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in right else "left", overflow="fold")
    return table


def _candidates_table(explained: routing_pb2.ExplainDecisionResponse) -> Table:
    table = _table(
        "", "node", "units", "why not, or cost if it shipped all it could", "against the plan", right=(1, 3)
    )
    ranked = sorted(explained.candidates, key=lambda c: (not c.chosen, not c.eligible, c.rank, c.node_id))
    for candidate in ranked[:CANDIDATES_SHOWN]:
        mark = " ← chosen" if candidate.chosen else ""
        difference = money(candidate.difference_minor) if candidate.eligible else ""
        table.add_row(
            candidate.node_id + mark, f"{candidate.units_available:,}", _candidate_text(candidate), difference
        )
    if further := len(ranked) - CANDIDATES_SHOWN + explained.nodes_without_stock:
        table.add_row(f"and {further} more", "", "", "")
    return table


def _candidate_text(candidate: routing_pb2.Candidate) -> str:
    if candidate.eligible:
        return " + ".join(f"{name} {money(amount)}" for name, amount in _by_kind(candidate.costs).items())
    rule = f" {candidate.rule} ({candidate.rule_position}): {candidate.because}" if candidate.rule else ""
    return candidate.reason + rule


def _by_kind(costs: Iterable[order_pb2.CostPart]) -> Mapping[str, int]:
    """The parts by kind, so that many rules take one place."""
    amounts: dict[str, int] = {}
    for part in costs:
        name = order_pb2.CostKind.Name(part.kind).removeprefix("COST_KIND_").lower().replace("_", " ")
        amounts[name] = amounts.get(name, 0) + part.amount_minor
    return amounts


def _shipment_line(shipment: order_pb2.Shipment) -> str:
    goods = ", ".join(f"{a.quantity} × {a.sku}" for parcel in shipment.parcels for a in parcel.allocations)
    return (
        f"{shipment.node_id} by {shipment.service_level_id}: {goods}; "
        f"leaves {shipment.ship_date}, arrives {shipment.delivery_date}"
    )


def _replayed(identical: bool) -> str:
    return "identical, byte for byte" if identical else "DIFFERENT"


def _share(count: int, total: int) -> str:
    return f"{count / total:.1%}" if total else "-"


def _per_order(amount_minor: int, summary: Summary) -> str:
    return money(round(amount_minor / summary.orders)) if summary.orders else "-"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.lower().replace('_', ' ')}" for name, count in counts.items())
