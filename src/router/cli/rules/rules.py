"""`router rules`: the planners' tools, one file each; a tool is imported when it is asked for."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import click

from router.cli.groups import Group

TOOLS = (
    "init",
    "check",
    "test",
    "fmt",
    "plan",
    "apply",
    "activate",
    "shadow",
    "history",
    "rollback",
    "docs",
    "cost",
    "schema",
    "explain",
)
"""In the order of a planner's day. Tool `x` is the command `x` of `cli/rules/x.py`."""


class Tools(Group):
    """Finds the tools by name, so that none waits for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(TOOLS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in TOOLS:
            return None
        command: click.Command = getattr(import_module(f"router.cli.rules.{cmd_name}"), cmd_name)
        return command


@click.group(cls=Tools)
def rules() -> None:
    """Write, check, try and put in force the planners' rules."""


def read_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """The content of rule files by path. Raises a usage error (exit code 2) if there is none or one cannot be read."""
    files: dict[str, bytes] = {}
    places = tuple(paths)
    for path in places:
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        for file in found:
            try:
                files[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise click.UsageError(f"cannot read `{file}`: {error.strerror}") from error
    if not files:
        where = ", ".join(f"`{path}`" for path in places)
        raise click.UsageError(f"no *.yaml files in {where}; `router rules init {places[0]}` begins there")
    return files
