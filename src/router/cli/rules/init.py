"""`router rules init`: a first rule file with its cases, a small network, and what an editor needs to help."""

from importlib.resources import files
from pathlib import Path

import click

from router.cli.failures import CommandFailed, Exit
from router.cli.rules.schema import KINDS, file_name, schema_text, write

FIRST = ("first.yaml", "first.test.yaml", "small.network.yaml")
SCHEMAS = "schema"
"""The folder of the schemas, beside the files that name them."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="rules")
def init(folder: Path) -> None:
    """Begin in FOLDER (rules): a commented rule file, its cases, a small network, and the schemas for your editor.

    Nothing that is there is overwritten: exit code 1 then, and nothing is written.
    """
    contents = {folder / name: first_file(name) for name in FIRST}
    contents |= {folder / SCHEMAS / file_name(kind): schema_text(kind) for kind in KINDS}
    there = [str(file) for file in contents if file.exists()]
    if there:
        message = "these files are there already; name another folder, or move them away"
        raise CommandFailed(Exit.FINDINGS, message, lines=there)
    for file, content in contents.items():
        write(file, content)
    click.echo("\n".join(f"wrote {file}" for file in contents))
    click.echo(f"next: read {folder / FIRST[0]}, then `router rules test {folder}`")


def first_file(name: str) -> str:
    """One of the files that come with this package."""
    return (files("router.cli.rules") / "first_rules" / name).read_text(encoding="utf-8")
