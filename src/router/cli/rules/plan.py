"""`router rules plan`: what edited rules would do, before they are live."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import address_options
from router.cli.failures import CommandFailed, Exit
from router.cli.output import print_json
from router.cli.rules.rules import read_files
from router.cli.rules.versions import whoever_is_logged_in
from router.cli.samples import (
    LAST,
    fetch_sample,
    read_sample,
    refuse_unwritable,
    rules_in_force,
    write_file,
)

if TYPE_CHECKING:
    from router.planning.effects.sample import Sample
    from router.planning.effects.trial import Trial
    from router.rules.ruleset import CompiledRules

CHANGED = 3
"""Exit code for `--exit-on-change`: fine, but something changes."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--last", default=LAST, show_default=True, type=click.IntRange(1, 100_000), help="So many orders of it."
)
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="Recorded orders saved before; no server is asked.",
)
@click.option(
    "--save-orders", "save_file", type=click.Path(path_type=Path), help="Keep the recorded orders in FILE."
)
@click.option(
    "--out", "plan_file", type=click.Path(path_type=Path), help="Save the plan for `router rules apply`."
)
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), help="Write the report, one offline page."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    help="How to show it.",
)
@click.option("--author", default=whoever_is_logged_in, help="Who plans.  [default: whoever is logged in]")
@click.option("--exit-on-change", is_flag=True, help="Exit with 3 if anything would change.")
@address_options
def plan(
    paths: tuple[Path, ...],
    last: int,
    orders_file: Path | None,
    save_file: Path | None,
    plan_file: Path | None,
    html_file: Path | None,
    form: str,
    author: str,
    exit_on_change: bool,
    tls_ca: str | None,
    address: str,
) -> int:
    """Compare the rules at PATHS with those in force, and decide recorded orders under both.

    Nothing is changed. Exits with 0; 1 if the rules at PATHS have errors; 2 for wrong usage; 3 with --exit-on-change
    if anything would change; 4 if no server answers.
    """
    refuse_unwritable(save_file, html_file, plan_file)
    files = read_files(paths)
    candidate = compiled(files)
    sample = read_sample(orders_file) if orders_file else fetch_sample(address, tls_ca, last)
    source = f"recorded in {orders_file}" if orders_file else f"the last ones of {address}"
    trial = tried(sample, candidate, tuple(path.as_posix() for path in paths), source, author)
    if save_file:
        from router.planning.effects.sample import pack_sample

        write_file(save_file, pack_sample(sample))
    table_file = None
    if html_file:
        write_file(html_file, report_of(trial))
        table_file = write_table(html_file.with_suffix(".parquet"), trial)
    if plan_file:
        write_file(plan_file, saved(trial, sample, files))
    show(trial, form)
    tell_files(save_file, html_file, table_file, plan_file)
    return CHANGED if exit_on_change and trial.changes_anything else Exit.DONE


def compiled(files: Mapping[str, bytes]) -> "CompiledRules":
    """The rules of the files; their errors end the command."""
    # The compiler loads numpy, which no other command should wait for.
    from router.rules.diagnostics import Severity, render
    from router.rules.ruleset import compile_rules

    compilation = compile_rules(files)
    click.echo(
        render([one for one in compilation.diagnostics if one.severity is not Severity.INFO], files),
        nl=False,
        err=True,
    )
    if compilation.rules is None:
        raise CommandFailed(
            Exit.FINDINGS, "the rules cannot be loaded, so there is nothing to try", reason="RULES_INVALID"
        )
    return compilation.rules


def tried(
    sample: "Sample", candidate: "CompiledRules", paths: tuple[str, ...], source: str, author: str
) -> "Trial":
    """Decide the orders under both packs, showing how far it is."""
    from router.planning.effects.difference import difference
    from router.planning.effects.effect import Effect, try_rules
    from router.planning.effects.trial import Trial

    if not sample.decisions:
        raise CommandFailed(
            Exit.FINDINGS,
            "there are no recorded orders to try the rules on",
            reason="NO_ORDERS",
            lines=["help: route some orders first, or name saved ones with --orders"],
        )
    base = rules_in_force(sample)
    networks = sample.prepared()
    decisions = sample.sampled()
    effect = Effect()
    with click.progressbar(
        length=len(decisions), label="deciding", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for part in try_rules(decisions, networks, base, candidate):
            effect = effect + part
            bar.update(part.comparison.orders)
    latest = decisions[-1].decision.inputs.network_digest
    return Trial(
        base_digest=base.digest,
        candidate_digest=candidate.digest,
        paths=paths,
        source=source,
        edits=difference(base, candidate),
        effect=effect,
        network=networks.get(sample.network_digest, networks[latest]),
        made_time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        made_by=author,
    )


def report_of(trial: "Trial") -> bytes:
    from router.cli.rules.page_parts import page_parts
    from router.planning.pages.report import render_report

    return render_report(trial, page_parts()).encode()


def write_table(path: Path, trial: "Trial") -> Path | None:
    """All orders that ship or cost otherwise, as Parquet; None where duckdb is not installed."""
    from router.cli.rules.parquet import has_parquet, write_parquet
    from router.planning.effects.changed_orders import COLUMNS, row_of

    if not has_parquet():
        return None
    types = {name: type_ for name, (type_, _) in COLUMNS.items()}
    write_parquet(path, types, (row_of(pair, trial.currency) for pair in trial.effect.touched))
    return path


def saved(trial: "Trial", sample: "Sample", files: Mapping[str, bytes]) -> bytes:
    """The plan file. It names the network in force: the plan is for that one."""
    from router.planning.effects.saved import SavedPlan, pack_plan
    from router.planning.effects.summary import plan_summary

    return pack_plan(
        SavedPlan(
            base_digest=trial.base_digest,
            digest=trial.candidate_digest,
            network_digest=sample.network_digest,
            files=files,
            orders=trial.comparison.orders,
            first_decision_id=sample.decisions[0][0],
            last_decision_id=sample.decisions[-1][0],
            summary=plan_summary(trial),
            made_time=trial.made_time,
            made_by=trial.made_by,
        )
    )


def show(trial: "Trial", form: str) -> None:
    from router.planning.effects.summary import as_data, markdown_text, terminal_text

    if form == "json":
        print_json(**as_data(trial))
    else:
        click.echo(terminal_text(trial) if form == "text" else markdown_text(trial), nl=False)


def tell_files(
    save_file: Path | None, html_file: Path | None, table_file: Path | None, plan_file: Path | None
) -> None:
    """What was written, beside the data."""
    if html_file:
        click.echo(f"report: {html_file} ({html_file.stat().st_size / 1e6:.1f} MB)", err=True)
    if table_file:
        click.echo(f"all orders that change: {table_file}", err=True)
    elif html_file:
        click.echo(
            f"the orders that change are not written to {html_file.with_suffix('.parquet')}: "
            "that needs duckdb, `pip install 'router[data]'`",
            err=True,
        )
    if save_file:
        click.echo(f"saved the orders; try again without a server: --orders {save_file}", err=True)
    if plan_file:
        click.echo(
            f'saved the plan; apply exactly this with: router rules apply {plan_file} --reason "…"', err=True
        )
