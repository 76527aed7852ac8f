"""`router rules`: what planners do with rule files at the command line."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click


@click.group()
def rules() -> None:
    """Check rule files."""


@rules.command()
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


def read_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """The content of rule files by path. Raises a usage error (exit code 2) if there is none or one cannot be read."""
    files: dict[str, bytes] = {}
    for path in paths:
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        for file in found:
            try:
                files[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise click.UsageError(f"cannot read `{file}`: {error.strerror}") from error
    if not files:
        raise click.UsageError("no *.yaml files there")
    return files


def count_of(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
