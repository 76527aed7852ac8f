"""What the commands about versions of rules share: options, who and why, and how versions are told."""

import getpass
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from router.cli.connection import address_options, together
from router.cli.output import console, count_of

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

    from router.api.v1.rules_pb2 import RuleFile, RuleFinding

REVIEW_SECONDS = 180
"""How long a call may take that lets the server check rules and run every case beside them."""

SHORT = 12
"""Characters of a digest that people are shown; the server takes them, too."""


server_options = together(
    address_options,
    click.option(
        "--format", "form", type=click.Choice(("text", "json")), default="text", help="How to show it."
    ),
)
"""Which server, and how to print what it says."""


def whoever_is_logged_in() -> str:
    """By $USER, which a container often leaves empty, else by the system; empty where nobody knows."""
    try:
        return os.environ.get("USER") or getpass.getuser()
    except (OSError, KeyError):
        return ""


signed_options = together(
    click.option(
        "--author", default=whoever_is_logged_in, help="Who does it.  [default: whoever is logged in]"
    ),
    click.option("--reason", default="", help="Why, for the history."),
)
"""Who does it and why, for the history."""


def reason_or_ask(reason: str) -> str:
    """The reason; at a terminal it is asked for, elsewhere it has to be given (exit code 2)."""
    if reason.strip():
        return reason
    if sys.stdin.isatty() and sys.stderr.isatty():
        return str(click.prompt("Why? The history will show it", err=True))
    raise click.UsageError('say why with --reason "…"; the history shows it to whoever asks later')


def file_messages(files: Mapping[str, bytes]) -> "list[RuleFile]":
    from router.api.v1.rules_pb2 import RuleFile

    return [RuleFile(name=name, content=content) for name, content in files.items()]


def show_findings(findings: "Iterable[RuleFinding]") -> None:
    """Warnings, on standard error: they do not forbid anything."""
    for found in findings:
        place = f"{found.file}:{found.line}:{found.column}"
        click.echo(f"{found.severity}[{found.code}] {place}: {found.message}", err=True)


def rules_in_force(rule_count: int, digest: str, replaced: str) -> str:
    """One line: what is in force now and what was before."""
    rules = count_of(rule_count, "rule")
    if replaced == digest:
        return f"{rules} in force, version {digest[:SHORT]}; it was in force already"
    return f"{rules} in force, version {digest[:SHORT]}, was {replaced[:SHORT]}"


def to_seconds(time: "Timestamp") -> str:
    """`2026-11-23T08:19:10Z`."""
    return time.ToDatetime().strftime("%Y-%m-%dT%H:%M:%SZ")


def say(line: str) -> None:
    """A line of text for people, on standard output."""
    console().print(line)
