"""`router rules activate`: put rule files in force on a running server."""

import os
import uuid
from pathlib import Path

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.output import as_dict, console, print_json
from router.cli.rules import read_files


@click.command()
@click.argument("paths", metavar="PATHS...", nargs=-1, required=True)
@click.option("--author", default=lambda: os.environ.get("USER", ""), help="Who activates.  [default: $USER]")
@click.option("--reason", default="", help="Why, for the record.")
@client_options
def activate(
    paths: tuple[str, ...], author: str, reason: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Make the files (or all *.yaml of folders) at PATHS the rules in force from the next batch on."""
    from router.api.v1.rules_pb2 import ActivateRulesRequest, RuleFile
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    request = ActivateRulesRequest(
        files=[
            RuleFile(name=name, content=content) for name, content in read_files(map(Path, paths)).items()
        ],
        request_id=str(uuid.uuid4()),
        author=author,
        reason=reason,
    )
    with connected(address, tls_ca) as channel:
        response = RulesServiceStub(channel).ActivateRules(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(activated=as_dict(response))
        return
    screen = console()
    for finding in response.findings:
        place = f"{finding.file}:{finding.line}:{finding.column}"
        screen.print(f"{finding.severity}[{finding.code}] {place}: {finding.message}", style="yellow")
    screen.print(f"{response.rule_count} rules in force, version {response.rules_digest[:12]}")
