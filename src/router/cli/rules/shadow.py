"""`router rules shadow`: let a version decide every live order too, without effect, and see what it would change."""

import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, count_of, plain_table, print_json
from router.cli.rules.rules import read_files
from router.cli.rules.versions import (
    REVIEW_SECONDS,
    SHORT,
    file_messages,
    say,
    server_options,
    show_findings,
    signed_options,
    to_seconds,
)
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.rules_pb2 import ChangedOrder, GetShadowReportResponse, RuleFigures

VERSION = re.compile("[0-9a-f]{4,64}")
ORDERS_NAMED_MAX = 10
NODES_NAMED_MAX = 6


@click.group(cls=Group)
def shadow() -> None:
    """Try a version on live orders: nothing is reserved, no answer changes."""


@shadow.command()
@click.argument("paths", metavar="PATHS...|VERSION", nargs=-1, required=True)
@signed_options
@server_options
def start(
    paths: tuple[str, ...], author: str, reason: str, address: str, tls_ca: str | None, form: str
) -> None:
    """Start a shadow with the files at PATHS, or with a VERSION that the server has (see `history`)."""
    from router.api.v1.rules_pb2 import StageRulesRequest, StartShadowRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    files = None if is_version(paths) else read_files(map(Path, paths))
    with connected(address, tls_ca) as channel:
        service = RulesServiceStub(channel)
        version = paths[0]
        if files is not None:
            stage = StageRulesRequest(
                files=file_messages(files), request_id=str(uuid.uuid4()), author=author, reason=reason
            )
            staged = service.StageRules(stage, timeout=REVIEW_SECONDS)
            show_findings(staged.findings)
            version = staged.rules_digest
        request = StartShadowRequest(
            rules_digest=version, request_id=str(uuid.uuid4()), author=author, reason=reason
        )
        response = service.StartShadow(request, timeout=REVIEW_SECONDS)
    if form == "json":
        print_json(started=as_dict(response))
        return
    say(f"version {response.rules_digest[:SHORT]} is in shadow; see: router rules shadow report")


@shadow.command()
@signed_options
@server_options
def stop(author: str, reason: str, address: str, tls_ca: str | None, form: str) -> None:
    """End the shadow; its report is gone with it, its version stays and can be activated."""
    from router.api.v1.rules_pb2 import StopShadowRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    request = StopShadowRequest(request_id=str(uuid.uuid4()), author=author, reason=reason)
    with connected(address, tls_ca) as channel:
        response = RulesServiceStub(channel).StopShadow(request, timeout=TIMEOUT_SECONDS)
    if form == "json":
        print_json(stopped=as_dict(response))
        return
    say(f"version {response.rules_digest[:SHORT]} is not in shadow any more")


@shadow.command()
@click.option(
    "--changes",
    default=ORDERS_NAMED_MAX,
    show_default=True,
    type=click.IntRange(1, 500),
    help="Orders to name.",
)
@server_options
def report(changes: int, address: str, tls_ca: str | None, form: str) -> None:
    """Say what the version in shadow would have done otherwise so far."""
    from router.api.v1.rules_pb2 import GetShadowReportRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    with connected(address, tls_ca) as channel:
        request = GetShadowReportRequest(change_limit=changes)
        found = RulesServiceStub(channel).GetShadowReport(request, timeout=TIMEOUT_SECONDS)
    if form == "json":
        print_json(report=as_dict(found))
        return
    show_report(found)


def is_version(paths: tuple[str, ...]) -> bool:
    """Whether what is given names a version and not a file."""
    return len(paths) == 1 and VERSION.fullmatch(paths[0]) is not None and not Path(paths[0]).exists()


def show_report(found: "GetShadowReportResponse") -> None:
    """Where it stands, the figures of both sides, the rules behind the changes, and orders to look at."""
    screen = console()
    by = f" by {found.author}" if found.author else ""
    screen.print(
        f"shadow {found.rules_digest[:SHORT]} since {to_seconds(found.start_time)}{by}:"
        f" {found.follower_state.lower()}, {count_of(found.orders, 'order')} compared, {found.orders_behind:,} behind"
    )
    if found.failure:
        screen.print(
            f"its process: {found.failure}; begun again {count_of(found.restarts, 'time')}", style="yellow"
        )
    if not found.orders:
        return
    table = plain_table("", ">now", ">shadow", ">change")
    for row in figure_rows(found):
        table.add_row(*row)
    screen.print(table)
    changed = 100 * found.changed_orders / found.orders
    screen.print(
        f"{count_of(found.changed_orders, 'order')} would ship otherwise ({changed:.1f} %),"
        f" {found.repriced_orders:,} the same at another cost"
    )
    because = sorted(found.why.items(), key=lambda one: (-one[1], one[0]))
    if because:
        screen.print("because of  " + ", ".join(f"{rule} ({count:,})" for rule, count in because[:10]))
    moved = node_words(found.before.node_shipments, found.after.node_shipments)
    if moved:
        screen.print("shipments   " + ", ".join(moved))
    for number, change in enumerate(found.changes):
        screen.print(("            " if number else "look at     ") + order_words(change, found.currency))


def figure_rows(found: "GetShadowReportResponse") -> Iterator[tuple[str, str, str, str]]:
    """What is counted, on both sides, and the difference."""
    before, after, orders = found.before, found.after, found.orders
    unit = f" ({found.currency})" if found.currency else ""
    now, then = (
        amount_text(round(one.cost_milli / 1_000 / orders), found.currency) for one in (before, after)
    )
    yield f"cost per order{unit}", now, then, percent(before.cost_milli, after.cost_milli)
    now, then = (f"{one.shipments / orders:.3f}" for one in (before, after))
    yield "shipments per order", now, then, percent(before.shipments, after.shipments)
    for name, words in (
        ("split_orders", "split orders"),
        ("late_orders", "late orders"),
        ("backordered_units", "backordered units"),
        ("unshipped_units", "units that do not ship"),
        ("held_orders", "held orders"),
        ("unproven_orders", "not solved to proof"),
    ):
        yield counted(words, before, after, name)


def counted(words: str, before: "RuleFigures", after: "RuleFigures", name: str) -> tuple[str, str, str, str]:
    now, then = getattr(before, name), getattr(after, name)
    return words, f"{now:,}", f"{then:,}", percent(now, then)


def node_words(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """The nodes whose load changes most: `LYON 28 -> 35`."""
    changed = [node for node in {**before, **after} if before.get(node, 0) != after.get(node, 0)]
    changed.sort(key=lambda node: (-abs(after.get(node, 0) - before.get(node, 0)), node))
    return [f"{node} {before.get(node, 0):,} -> {after.get(node, 0):,}" for node in changed[:NODES_NAMED_MAX]]


def percent(before: int, after: int) -> str:
    if before == after:
        return "="
    return f"{100 * (after - before) / before:+.1f} %" if before else f"{after - before:+,}"


def order_words(change: "ChangedOrder", currency: str) -> str:
    """`A-1  +4.10, LYON -> LILLE`; nodes that stay are named once."""
    difference = round((change.after_milli - change.before_milli) / 1_000)
    sign = "+" if difference >= 0 else ""
    sides = [" + ".join(ids) or "nothing" for ids in (change.before_node_ids, change.after_node_ids)]
    nodes = " -> ".join(dict.fromkeys(sides))
    return f"{change.order_id}  {sign}{amount_text(difference, currency)}, {nodes}"
