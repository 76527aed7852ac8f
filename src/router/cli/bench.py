"""`router bench`: load on a running server, and two versions measured side by side."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import client_options, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import console, plain_table, print_json
from router.cli.samples import refuse_unwritable, write_file

if TYPE_CHECKING:
    from router.simulation.loading.paired import Limit, Ratio


@click.group(cls=Group)
def bench() -> None:
    """Measure a running server, and compare measurements."""


@bench.command()
@click.option(
    "--rate", default=50.0, show_default=True, type=click.FloatRange(0.1, 100_000), help="Calls a second."
)
@click.option(
    "--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 86_400), help="How long."
)
@click.option(
    "--warm", default=2.0, show_default=True, type=click.FloatRange(0, 600), help="Seconds not counted."
)
@click.option(
    "--orders", default=1, show_default=True, type=click.IntRange(1, 1_000), help="Orders in each call."
)
@click.option("--connections", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--steady", is_flag=True, help="Calls in equal distances; else as independent callers come.")
@click.option("--seed", default=7, show_default=True, help="Other orders at other instants.")
@click.option("--out", type=click.Path(path_type=Path), help="Add the run to this file, for `compare`.")
@click.option("--page", type=click.Path(path_type=Path), help="Write the charts as one HTML page.")
@client_options
def load(
    rate: float,
    seconds: float,
    warm: float,
    orders: int,
    connections: int,
    steady: bool,
    seed: int,
    out: Path | None,
    page: Path | None,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> int:
    """Send orders at a pace of their own and say how long they waited.

    Each call is made at its instant whether or not earlier ones were answered, and waits from that instant: a
    server that stands still is seen to have kept everybody waiting. The orders are those of the simulated company,
    which the server must hold (`python -m router.simulation.load`). They are booked. Exits with 1 if none was accepted.
    """
    for path in (out, page):
        refuse_unwritable(path)
    from router.simulation.loading.open_loop import load_facts
    from router.simulation.loading.page import load_page
    from router.simulation.loading.route_load import Course, drive_orders

    course = Course(
        address=address,
        rate=rate,
        seconds=seconds,
        orders_per_call=orders,
        warm_seconds=warm,
        connections=connections,
        seed=seed,
        is_steady=steady,
        certificates=read_file(tls_ca) if tls_ca else None,
    )
    facts = {**load_facts(drive_orders(course)), "orders_per_call": orders}
    if out:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts) + "\n")
    if page:
        write_file(
            page,
            load_page(
                facts, f"{rate:g} calls a second of {orders:,} order{'' if orders == 1 else 's'}"
            ).encode(),
        )
    if as_json:
        print_json(**facts)
    else:
        show_load(facts)
    return Exit.DONE if facts["accepted"] else Exit.FINDINGS


def show_load(facts: dict[str, Any]) -> None:
    """What was sent, what came of it, and the waits."""
    screen = console()
    refused = ", ".join(f"{count:,} {code}" for code, count in facts["refused"].items()) or "none"
    screen.print(
        f"{facts['due']:,} calls due in {facts['seconds']:g} s, {facts['accepted']:,} accepted "
        f"({facts['accepted_per_second']:,} a second), refused: {refused}"
    )
    waits = "  ".join(f"{name} {wait:,.1f}" for name, wait in facts["wait_ms"].items())
    screen.print(f"wait in ms since the call was due: {waits}")
    if facts["not_sent"] or facts["late_p99_ms"] > 20:
        screen.print(
            f"the generator itself was slow: {facts['not_sent']:,} calls not sent, the others up to "
            f"{facts['late_p99_ms']:,.1f} ms late (p99); give it a core of its own or a lower --rate"
        )


@bench.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--fail-if",
    "conditions",
    multiple=True,
    metavar="'NAME > RATIO'",
    help="Exit with 1 when the ratio AFTER / BEFORE is surely beyond; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def compare(before: Path, after: Path, conditions: tuple[str, ...], as_json: bool) -> int:
    """Compare runs of two versions that were made by turns.

    A file holds one run in each line: figures of `make -s figure`, runs of `router bench load --out`, instructions of
    `python -m benchmarks.instructions --out`, or one result of pytest-benchmark. Run number n of BEFORE is paired with
    run number n of AFTER. A condition is broken only when the whole 95 % interval of the median ratio lies beyond it,
    so that noise alone breaks none.
    """
    from router.simulation.loading.paired import NotComparable, compare_runs, read_limit

    try:
        limits = [read_limit(words) for words in conditions]
        ratios = compare_runs(read_runs(before), read_runs(after))
    except NotComparable as error:
        raise CommandFailed(Exit.USAGE, str(error)) from error
    by_name = {ratio.name: ratio for ratio in ratios}
    if strange := [limit.name for limit in limits if limit.name not in by_name]:
        raise CommandFailed(
            Exit.USAGE, f"the files have no `{strange[0]}` in common; they have {', '.join(by_name)}"
        )
    broken = [limit for limit in limits if limit.is_broken_by(by_name[limit.name])]
    if as_json:
        print_json(ratios=[facts_of(one) for one in ratios], broken=[words_of(one) for one in broken])
    else:
        show_ratios(ratios, broken)
    return Exit.FINDINGS if broken else Exit.DONE


def read_runs(path: Path) -> list[dict[str, Any]]:
    """One JSON object, a list of them, or one in each line; other lines are left out, as figures print them."""
    text = read_file(str(path)).decode(errors="replace")
    try:
        whole = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
        if found and all(isinstance(one, dict) for one in found):
            return found
    except json.JSONDecodeError:
        pass
    try:
        runs = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    except json.JSONDecodeError as error:
        raise CommandFailed(Exit.USAGE, f"`{path}` holds a line that is no JSON object: {error}") from error
    if not runs:
        raise CommandFailed(Exit.USAGE, f"`{path}` holds no run")
    return runs


def show_ratios(ratios: "Sequence[Ratio]", broken: "Sequence[Limit]") -> None:
    table = plain_table("figure", ">pairs", ">after / before", ">interval", ">sure")
    for one in ratios:
        table.add_row(
            one.name,
            str(one.pairs),
            f"{one.median:.3f}",
            f"{one.low:.3f} to {one.high:.3f}",
            f"{100 * one.sureness:.0f} %",
        )
    screen = console()
    screen.print(table)
    for limit in broken:
        screen.print(f"broken: {words_of(limit)}", style="red")


def facts_of(ratio: "Ratio") -> dict[str, Any]:
    return {
        "name": ratio.name,
        "pairs": ratio.pairs,
        "median": ratio.median,
        "low": ratio.low,
        "high": ratio.high,
        "sureness": round(ratio.sureness, 4),
    }


def words_of(limit: "Limit") -> str:
    return f"{limit.name} {limit.sign} {limit.bound:g}"
