"""`router rules activate`: put rule files in force on a running server, without a plan."""

import uuid
from pathlib import Path

import click

from router.cli.connection import connected
from router.cli.output import as_dict, print_json
from router.cli.rules.rules import read_files
from router.cli.rules.versions import (
    REVIEW_SECONDS,
    file_messages,
    rules_in_force,
    say,
    server_options,
    show_findings,
    signed_options,
)


@click.command()
@click.argument("paths", metavar="PATHS...", nargs=-1, required=True)
@signed_options
@server_options
def activate(
    paths: tuple[str, ...], author: str, reason: str, address: str, tls_ca: str | None, form: str
) -> None:
    """Make the files (or all *.yaml of folders) at PATHS the rules in force from the next batch on.

    The server checks them and runs the cases beside them first; exit 1, and nothing is changed, when anything is
    wrong. To see the effect before, use `plan` and `apply`.
    """
    from router.api.v1.rules_pb2 import ActivateRulesRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    request = ActivateRulesRequest(
        files=file_messages(read_files(map(Path, paths))),
        request_id=str(uuid.uuid4()),
        author=author,
        reason=reason,
    )
    with connected(address, tls_ca) as channel:
        response = RulesServiceStub(channel).ActivateRules(request, timeout=REVIEW_SECONDS)
    if form == "json":
        print_json(activated=as_dict(response))
        return
    show_findings(response.findings)
    say(rules_in_force(response.rule_count, response.rules_digest, response.replaced_digest))
