"""What `router demo` does once its server is ready, and the figures it comes to."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from router.api.messages.orders import order_message
from router.api.v1 import ledger_pb2, routing_pb2
from router.cli.demo.tables import (
    audit_line,
    cost_table,
    explanation_panel,
    figures_table,
    flow_table,
    next_commands,
)
from router.domain.identifiers import OrderId
from router.settings import ADDRESS
from router.simulation.client import RouterClient
from router.simulation.company import Driven, drive_orders, load_company, simulated_company
from router.simulation.server_process import ServerProcess
from router.simulation.summary import Summary, summarize


def run_demo(
    server: ServerProcess, order_count: int, seed: int, batch_size: int, *, as_json: bool, keep: bool
) -> bool:
    """Loads the company, drives its orders, shows the figures; says whether the ledger's audit is clean."""
    talk = Console(stderr=True, quiet=as_json, highlight=False)
    company = simulated_company(seed, order_count)
    with RouterClient(server.address) as client:
        load_company(client, company)
        talk.print(
            f"[green]✓[/] server on {server.address} in a process of its own, ledger on disk\n"
            f"[green]✓[/] {len(company.network.nodes)} nodes, {len(company.network.service_levels)} service levels, "
            f"{len(company.articles)} products, {sum(sum(u.values()) for u in company.stock.values()):,} units "
            f"[dim](seed {seed})[/]"
        )
        with _progress_bar(talk) as progress:
            task = progress.add_task("routing", total=order_count)
            driven = drive_orders(
                client, company.orders, batch_size, lambda done: progress.advance(task, done)
            )
        summary = summarize(map(order_message, company.orders), driven.results)
        audit = client.audit()
        explained = _explain_one(client, driven.results)
    if as_json:
        click.echo(json.dumps(_as_json(seed, summary, driven, audit, explained), indent=2))
    else:
        address = server.address if keep else ADDRESS
        _show(Console(highlight=False), summary, driven, audit, explained, address, keep=keep)
    if keep:
        _wait_for_interrupt()
    return audit.clean


def most_interesting(results: Sequence[routing_pb2.RouteResult]) -> OrderId | None:
    """The first order in several shipments that all left something to choose, else the dearest; None without any."""
    routed = [
        result.routed for result in results if result.HasField("routed") and result.routed.plan.shipments
    ]
    if not routed:
        return None
    split = [r for r in routed if len(r.plan.shipments) > 1 and not r.plan.unshipped]
    return OrderId((split or [max(routed, key=lambda r: r.plan.total_minor)])[0].order_id)


def _explain_one(
    client: RouterClient, results: Sequence[routing_pb2.RouteResult]
) -> routing_pb2.ExplainDecisionResponse | None:
    order_id = most_interesting(results)
    return client.explain(order_id, replay=True) if order_id else None


def _progress_bar(console: Console) -> Progress:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _show(
    console: Console,
    summary: Summary,
    driven: Driven,
    audit: ledger_pb2.AuditLedgerResponse,
    explained: routing_pb2.ExplainDecisionResponse | None,
    address: str,
    *,
    keep: bool,
) -> None:
    console.print(figures_table(summary, driven.seconds))
    console.print(cost_table(summary))
    console.print(flow_table(summary))
    console.print(audit_line(audit))
    if explained:
        console.print(explanation_panel(explained))
    order_id = explained.routed.order_id if explained else "ORDER"
    console.print(next_commands(order_id, address, is_running=keep), markup=False, soft_wrap=True)


def _as_json(
    seed: int,
    summary: Summary,
    driven: Driven,
    audit: ledger_pb2.AuditLedgerResponse,
    explained: routing_pb2.ExplainDecisionResponse | None,
) -> dict[str, object]:
    return {
        "schema_version": 1,
        "seed": seed,
        **asdict(summary),
        "on_time_share": summary.on_time_share,
        "optimal_share": summary.optimal_share,
        "seconds": driven.seconds,
        "orders_per_second": summary.orders / driven.seconds,
        "audit_clean": audit.clean,
        "audit_entries": audit.entry_count,
        "explained_order_id": explained.routed.order_id if explained else None,
        "explanation": explained.summary if explained else None,
    }


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3_600)
    except KeyboardInterrupt:
        click.echo("stopping the server", err=True)
