"""`router rules check`: everything that is wrong with rule files, all at once."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from router.cli.rules import count_of, read_files


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to show findings."
)
def check(paths: tuple[Path, ...], output: str) -> None:
    """Check the rule files PATHS as one pack; of folders, all *.yaml files below them.

    Exits with 0 if the pack can be loaded, 1 if it has errors, 2 if there is nothing to check.
    """
    # The compiler loads numpy, which no other command should wait for.
    from router.rules.diagnostics import Severity, render
    from router.rules.ruleset import compile_rules

    files = read_files(paths)
    compilation = compile_rules(files)
    errors = sum(one.severity is Severity.ERROR for one in compilation.diagnostics)
    warnings = len(compilation.diagnostics) - errors
    rule_count = compilation.rules.rule_count if compilation.rules is not None else None
    if output == "json":
        findings = [asdict(one) for one in compilation.diagnostics]
        digest = compilation.rules.digest if compilation.rules is not None else None
        click.echo(json.dumps({"findings": findings, "rule_count": rule_count, "digest": digest}, indent=2))
    else:
        click.echo(render(compilation.diagnostics, files), nl=False)
        verdict = "cannot be loaded" if rule_count is None else f"{rule_count} rules"
        counts = (count_of(len(files), "file"), count_of(errors, "error"), count_of(warnings, "warning"))
        click.echo("{}, {}: {}, {}".format(counts[0], verdict, *counts[1:]))
    sys.exit(1 if errors else 0)
