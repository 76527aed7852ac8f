"""`router rules check`: everything that is wrong with rule files, all at once."""

from collections import Counter
from pathlib import Path
from time import perf_counter, time_ns
from typing import TYPE_CHECKING

import click

from router.cli.connection import address_options
from router.cli.output import count_of
from router.cli.rules.findings import FORMATS, shown
from router.cli.rules.rules import read_files
from router.cli.samples import LAST, fetch_sample, read_sample

if TYPE_CHECKING:
    from router.planning.effects.sample import Sample
    from router.rules.lint.pack import History, Offer
    from router.rules.ruleset import CompiledRules

SEVERITIES = ("error", "warning", "info")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show findings.")
@click.option("--fast", is_flag=True, help="Do without the solver: proofs that need it are left out.")
@click.option(
    "--network",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A *.network.yaml: no other nodes exist.",
)
@click.option("--history", is_flag=True, help="Ask a server what recorded orders show of the rules.")
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="The same of recorded orders saved before; no server is asked.",
)
@click.option(
    "--last", default=LAST, show_default=True, type=click.IntRange(1, 100_000), help="So many orders of it."
)
@address_options
def check(
    paths: tuple[Path, ...],
    form: str,
    fast: bool,
    network: Path | None,
    history: bool,
    orders_file: Path | None,
    last: int,
    tls_ca: str | None,
    address: str,
) -> None:
    """Check the rule files PATHS as one pack; of folders, all *.yaml files below them.

    Each finding about what rules do together is proven, and shows an order. With --network, fences are tried on that
    network's nodes and services alone. With --history or --orders, it also finds rules that decide no recorded order,
    or all, words of lists that no order has, and prices below what breaking their fences saves. Exits with 0 if there
    is no error, 1 if there is one, 2 if there is nothing to check, 4 if no server answers.
    """
    # The compiler loads numpy, which no other command should wait for.
    from router.domain.identifiers import Instant
    from router.rules.lint.lint import lint
    from router.rules.ruleset import compile_rules

    started = perf_counter()
    files = read_files(paths)
    offers = offers_in(network) if network is not None else ()
    compilation = compile_rules(files)
    findings, rules = compilation.diagnostics, compilation.rules
    if rules is not None:
        sample = (
            read_sample(orders_file)
            if orders_file
            else fetch_sample(address, tls_ca, last)
            if history
            else None
        )
        findings += lint(
            rules, at=Instant(time_ns() // 1_000), offers=offers, exact=not fast,
            history=None if sample is None else shown_by(sample, rules),
        )  # fmt: skip
    counts = Counter(one.severity.value for one in findings)
    summary = {
        "file_count": len(files),
        "rule_count": rules.rule_count if rules is not None else None,
        "digest": rules.digest if rules is not None else None,
        "counts": {severity: counts[severity] for severity in SEVERITIES},
    }
    click.echo(shown(findings, files, form, summary), nl=False)
    verdict = "cannot be loaded" if rules is None else count_of(rules.rule_count, "rule")
    found = ", ".join(count_of(counts[severity], severity) for severity in SEVERITIES)
    milliseconds = 1_000 * (perf_counter() - started)
    click.echo(f"{count_of(len(files), 'file')}, {verdict}: {found}, in {milliseconds:.0f} ms", err=True)
    if findings and form == "text":
        gravest = min(findings, key=lambda one: SEVERITIES.index(one.severity.value))
        click.echo(f"`router explain {gravest.code}` says what a finding means, with an example", err=True)
    raise click.exceptions.Exit(1 if counts["error"] else 0)


def shown_by(sample: "Sample", rules: "CompiledRules") -> "History":
    """What recorded orders show of the rules, said how many they are."""
    from router.planning.effects.history import Shown, history_of, show_orders

    decisions = sample.sampled()
    history = history_of(decisions, sum(show_orders(decisions, sample.prepared(), rules), Shown()))
    days = count_of(history.days, "day")
    click.echo(f"looked at {count_of(history.orders, 'recorded order')} of {days}", err=True)
    return history


def offers_in(path: Path) -> "tuple[Offer, ...]":
    """The nodes and services of a network file. Raises a usage error if it cannot be read or has faults."""
    from router.planning.cases.case_files import NETWORK_SUFFIX
    from router.planning.cases.offers import read_offers
    from router.rules.diagnostics import render

    if not path.name.endswith(NETWORK_SUFFIX):
        raise click.UsageError(f"`{path}` is no network file; those end in `{NETWORK_SUFFIX}`")
    files = read_files([path])
    offers, findings = read_offers(path.as_posix(), files[path.as_posix()])
    if findings:
        raise click.UsageError(f"the network cannot be used\n{render(findings, files)}")
    return offers
