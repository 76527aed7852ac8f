"""`router rules rollback`: back to the version before, in one step."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, connected
from router.cli.output import as_dict, print_json
from router.cli.rules.versions import (
    reason_or_ask,
    rules_in_force,
    say,
    server_options,
    signed_options,
)


@click.command()
@click.argument("version", required=False, default="")
@signed_options
@server_options
def rollback(version: str, author: str, reason: str, address: str, tls_ca: str | None, form: str) -> None:
    """Go back to the version of the rules that was in force before, or to VERSION (see `history`).

    In force from the next batch on. When somebody else activates at the same moment, nothing is changed (exit 1).
    """
    from router.api.v1.rules_pb2 import GetRulesRequest, RollbackRulesRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    because = reason_or_ask(reason)
    with connected(address, tls_ca) as channel:
        service = RulesServiceStub(channel)
        active = service.GetRules(GetRulesRequest(), timeout=TIMEOUT_SECONDS).rules_digest
        request = RollbackRulesRequest(
            request_id=str(uuid.uuid4()),
            author=author,
            reason=because,
            rules_digest=version,
            expected_active_digest=active,
        )
        response = service.RollbackRules(request, timeout=TIMEOUT_SECONDS)
    if form == "json":
        print_json(rolled_back=as_dict(response))
        return
    say(rules_in_force(response.rule_count, response.rules_digest, response.replaced_digest))
