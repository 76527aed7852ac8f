"""`router return policy`: what channels take back, as planners write it in a file."""

import uuid
from pathlib import Path

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json


@click.group(cls=Group)
def policy() -> None:
    """Return policies: what a channel takes back, until when, at whose cost."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@client_options
def put(file: Path, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Put the policies of FILE (YAML) in force."""
    from router.api.v1.returns_pb2 import PutReturnPoliciesRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub
    from router.connectors.return_policies_file import PoliciesRefused, read_return_policies
    from router.service.to_proto.returns import policy_message

    try:
        policies = read_return_policies(file)
    except PoliciesRefused as error:
        raise CommandFailed(Exit.USAGE, str(error), reason="POLICIES_REFUSED", lines=error.lines) from error
    request = PutReturnPoliciesRequest(
        policies=map(policy_message, policies), request_id=f"cli/{uuid.uuid4()}"
    )
    with connected(address, tls_ca) as connection:
        answer = ReturnsServiceStub(connection).PutReturnPolicies(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(put=as_dict(answer))
        return
    count = answer.policy_count
    console().print(f"{count} polic{'y' if count == 1 else 'ies'} put")


@policy.command("list")
@client_options
def list_policies(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List the policies in force."""
    from router.api.v1.returns_pb2 import ListReturnPoliciesRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    with connected(address, tls_ca) as connection:
        found = ReturnsServiceStub(connection).ListReturnPolicies(
            ListReturnPoliciesRequest(), timeout=TIMEOUT_SECONDS
        )
    if as_json:
        print_json(policies=[as_dict(one) for one in found.policies])
        return
    table = plain_table("channel", "days", "to arrive in", "money back at", "reasons")
    for one in found.policies:
        table.add_row(
            one.channel or "every",
            str(one.window_days),
            str(one.send_days),
            enum_word(one, "refund_time"),
            ", ".join(reason.code for reason in one.reasons),
        )
    console().print(table)
