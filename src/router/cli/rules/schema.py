"""`router rules schema`: the JSON Schemas by which editors complete, explain and check rule files while one types."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from router.cli.failures import CommandFailed, Exit

KINDS = ("rules", "tests", "network")


@click.command()
@click.argument("kind", type=click.Choice(KINDS), default="rules")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it to this file, instead of the terminal."
)
@click.option(
    "--all",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write all three into this folder.",
)
def schema(kind: str, out: Path | None, folder: Path | None) -> None:
    """Print the JSON Schema of KIND: rule files (rules), `*.test.yaml` (tests) or `*.network.yaml` (network).

    An editor with a YAML language server reads it where a file says:

    # yaml-language-server: $schema=schema/rules.schema.json
    """
    if folder is not None:
        written = write_schemas(folder)
        click.echo("\n".join(f"wrote {file}" for file in written))
        return
    content = schema_text(kind)
    if out is None:
        click.echo(content, nl=False)
    else:
        write(out, content)
        click.echo(f"wrote {out}")


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """All schemas as files of a folder, which is made if need be."""
    files = tuple(folder / file_name(kind) for kind in KINDS)
    for kind, file in zip(KINDS, files, strict=True):
        write(file, schema_text(kind))
    return files


def file_name(kind: str) -> str:
    return f"{kind}.schema.json"


def schema_text(kind: str) -> str:
    # The readers of cases know the solver's world, which no other command should wait for.
    from router.planning.cases.case_schema import SCHEMAS

    content: Mapping[str, Any] = SCHEMAS[kind]()
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write(file: Path, content: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write `{file}`: {error.strerror}") from error
