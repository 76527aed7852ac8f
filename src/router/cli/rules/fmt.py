"""`router rules fmt`: rule files in one style, comments kept, meaning unchanged."""

import os
from difflib import unified_diff
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from router.cli.output import count_of
from router.cli.rules.rules import read_files


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change."
)
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would change.")
def fmt(paths: tuple[Path, ...], *, only_check: bool, show_diff: bool) -> None:
    """Write the rule files PATHS (of folders, all *.yaml files below them) in one style.

    Keys in their order, short rules on one line, quotes only where needed; comments stay. A file that is not sound
    YAML is left as it is and reported: exit code 1. Exit code 1 too when --check or --diff find something to change.
    """
    from router.rules.blocks.format import format_file
    from router.rules.diagnostics import render

    changed, broken = 0, 0
    files = read_files(paths)
    for name, content in sorted(files.items()):
        after, faults = format_file(name, content)
        if after is None:
            click.echo(render(faults, {name: content}), nl=False, err=True)
            broken += 1
            continue
        before = content.decode()
        if after == before:
            continue
        changed += 1
        if show_diff:
            click.echo(
                "".join(unified_diff(before.splitlines(True), after.splitlines(True), name, name)), nl=False
            )
        elif only_check:
            click.echo(f"would change {name}")
        else:
            write_whole(Path(name), after)
            click.echo(f"changed {name}")
    left = len(files) - changed - broken
    verb = "would change" if only_check or show_diff else "changed"
    click.echo(f"{count_of(changed, 'file')} {verb}, {left} left as they are, {broken} not sound", err=True)
    raise click.exceptions.Exit(1 if broken or (changed and (only_check or show_diff)) else 0)


def write_whole(file: Path, text: str) -> None:
    """Replace a file by its new text at once: whoever reads it meanwhile sees the old or the new one."""
    with NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}.", delete=False, encoding="utf-8"
    ) as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).chmod(file.stat().st_mode)
    Path(new.name).replace(file)
