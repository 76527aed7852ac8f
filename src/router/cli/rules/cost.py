"""`router rules cost`: what each rule cost, period by period: the objective with it and without it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import address_options
from router.cli.output import console, print_json
from router.cli.rules.docs import compiled
from router.cli.samples import LAST, fetch_sample, read_sample, rules_in_force

if TYPE_CHECKING:
    from router.planning.effects.rule_costs import RuleCost

PERIODS = ("all", "day", "week", "month")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--by",
    "period",
    type=click.Choice(PERIODS),
    default="all",
    show_default=True,
    help="Of each period apart, in UTC.",
)
@click.option(
    "--last",
    default=LAST,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Of so many orders of a server.",
)
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="Recorded orders saved before; no server is asked.",
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="How to show it.")
@address_options
def cost(
    paths: tuple[Path, ...],
    period: str,
    last: int,
    orders_file: Path | None,
    form: str,
    tls_ca: str | None,
    address: str,
) -> None:
    """Say what each rule at PATHS, or else in force, cost the recorded orders: decided with it and without it.

    Below zero a rule saved. An order is decided again only where the rule says something of it.
    """
    from router.planning.effects.rule_costs import Period, cost_by_period

    sample = read_sample(orders_file) if orders_file else fetch_sample(address, tls_ca, last)
    rules = compiled(paths) if paths else rules_in_force(sample)
    costs = cost_by_period(sample.sampled(), sample.prepared(), rules, Period(period))
    if form == "json":
        print_json(
            currency=rules.currency,
            periods={
                label: {name: asdict(one) for name, one in sorted(by_rule.items())}
                for label, by_rule in costs.items()
            },
        )
        return
    if not costs:
        click.echo("no recorded orders so far", err=True)
    for label, by_rule in costs.items():
        show(label, by_rule, rules.currency or "")


def show(label: str, costs: "Mapping[str, RuleCost]", currency: str) -> None:
    """A table of one period, the dearest rule first; rules that said nothing are counted below it."""
    from rich.table import Table

    from router.planning.effects.figures import money_of

    orders = max((one.orders for one in costs.values()), default=0)
    spoke = {name: one for name, one in costs.items() if one.decided or one.cost_milli}
    table = Table(title=f"{label}: {orders:,} orders", title_justify="left", box=None, pad_edge=False)
    table.add_column("rule")
    for heading in ("decided", "ship otherwise", f"charged {currency}", f"cost {currency}"):
        table.add_column(heading, justify="right")
    for name, one in sorted(spoke.items(), key=lambda item: (-item[1].cost_milli, item[0])):
        table.add_row(
            name,
            f"{one.decided:,}",
            f"{one.changed:,}",
            money_of(one.charged_milli, currency),
            money_of(one.cost_milli, currency),
        )
    console().print(table)
    console().print(f"{len(costs) - len(spoke)} of {len(costs)} rules said nothing of these orders\n")
