"""`router rules docs`: the rules in plain words, as one offline page."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, address_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import count_of
from router.cli.rules.rules import read_files
from router.cli.samples import (
    LAST,
    fetch_sample,
    read_sample,
    refuse_unwritable,
    rules_in_force,
    write_file,
)

if TYPE_CHECKING:
    from router.api.v1.rules_pb2 import RuleChange
    from router.planning.effects.rule_costs import RuleCost
    from router.planning.effects.sample import Sample
    from router.rules.ruleset import CompiledRules

VERSIONS_READ_MAX = 50
"""How many activations back the page looks for when a rule began to stand as it does."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", "page_file", required=True, type=click.Path(path_type=Path), help="Where to write the page."
)
@click.option(
    "--last",
    default=LAST,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Count over so many orders.",
)
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="Recorded orders saved before; no server is asked.",
)
@address_options
def docs(
    paths: tuple[Path, ...],
    page_file: Path,
    last: int,
    orders_file: Path | None,
    tls_ca: str | None,
    address: str,
) -> None:
    """Write the rules at PATHS, or else those in force on a server, in plain words.

    With a server or --orders the page also says how often each rule decided recorded orders and what it cost; with a
    server, since when each stands as it does. PATHS alone need neither.
    """
    from router.cli.rules.page_parts import page_parts
    from router.planning.pages.rule_pages import RulesSeen, render_rules

    refuse_unwritable(page_file)
    sample = None
    since: Mapping[str, str] = {}
    if orders_file:
        sample = read_sample(orders_file)
    elif not paths:
        sample = fetch_sample(address, tls_ca, last)
    rules = compiled(paths) if paths else in_force(sample)
    if not paths and not orders_file:
        since = find_since(rules, address, tls_ca)
    costs, period = costs_of(sample, rules) if sample and sample.decisions else ({}, "")
    seen = RulesSeen(
        title="The rules of " + ", ".join(path.as_posix() for path in paths)
        if paths
        else "The rules in force",
        made_time=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        currency=rules.currency or "",
        since=since,
        costs=costs,
        orders=len(sample.decisions) if sample else 0,
        period=period,
    )
    write_file(page_file, render_rules(rules, seen, page_parts()).encode())
    click.echo(f"{count_of(rules.rule_count, 'rule')} in plain words: {page_file}", err=True)


def compiled(paths: tuple[Path, ...]) -> "CompiledRules":
    """The rules of the files; their errors end the command."""
    # The compiler loads numpy, which no other command should wait for.
    from router.rules.diagnostics import Severity, render
    from router.rules.ruleset import compile_rules

    files = read_files(paths)
    compilation = compile_rules(files)
    if compilation.rules is None:
        errors = [one for one in compilation.diagnostics if one.severity is Severity.ERROR]
        click.echo(render(errors, files), nl=False, err=True)
        raise CommandFailed(Exit.FINDINGS, "the rules cannot be loaded", reason="RULES_INVALID")
    return compilation.rules


def in_force(sample: "Sample | None") -> "CompiledRules":
    assert sample is not None, "without paths there is a sample"
    return rules_in_force(sample)


def costs_of(sample: "Sample", rules: "CompiledRules") -> "tuple[Mapping[str, RuleCost], str]":
    """What every rule did to the sample, and the days it is of."""
    from router.planning.effects.rule_costs import RuleCost, cost_rules
    from router.planning.effects.summary import days_text

    decisions = sample.sampled()
    total: dict[str, RuleCost] = {}
    done = 0
    with click.progressbar(
        length=len(decisions),
        label="deciding without each rule",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        for part in cost_rules(decisions, sample.prepared(), rules):
            for name, cost in part.items():
                total[name] = total.get(name, RuleCost()) + cost
            now = max((cost.orders for cost in total.values()), default=0)
            bar.update(now - done)
            done = now
    times = [one.decision.inputs.decision_time for one in decisions]
    return total, days_text(min(times), max(times))


def find_since(rules: "CompiledRules", address: str, tls_ca: str | None) -> Mapping[str, str]:
    """For each rule since when it stands as it does: back to the activation before which it meant something else."""
    from router.api.v1.rules_pb2 import GetRuleVersionRequest, ListRuleChangesRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub
    from router.rules.ruleset import compile_rules

    wanted = {row.name: row.meaning for row in rules.describe()}
    since: dict[str, str] = {}
    with connected(address, tls_ca) as channel:
        service = RulesServiceStub(channel)
        page = service.ListRuleChanges(ListRuleChangesRequest(page_size=1_000), timeout=TIMEOUT_SECONDS)
        activations = [one for one in page.changes if one.action in ("ACTIVATE", "ROLL_BACK")]
        for change in activations[:VERSIONS_READ_MAX]:
            request = GetRuleVersionRequest(rules_digest=change.rules_digest)
            version = service.GetRuleVersion(request, timeout=TIMEOUT_SECONDS)
            older = compile_rules({file.name: file.content for file in version.files}).rules
            meanings = {row.name: row.meaning for row in older.describe()} if older else {}
            wanted = {name: meaning for name, meaning in wanted.items() if meanings.get(name) == meaning}
            since.update((name, since_text(change)) for name in wanted)
    return since


def since_text(change: "RuleChange") -> str:
    """`since 2026-11-23 by ana: fewer splits`."""
    day = change.change_time.ToDatetime().date().isoformat()
    by = f" by {change.author}" if change.author else ""
    return f"since {day}{by}" + (f": {change.reason}" if change.reason else "")
