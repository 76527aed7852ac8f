"""`router rules apply`: put a saved plan in force, exactly as it was tried, or not at all."""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, print_json
from router.cli.rules.versions import (
    REVIEW_SECONDS,
    file_messages,
    reason_or_ask,
    rules_in_force,
    say,
    server_options,
    show_findings,
    signed_options,
)

if TYPE_CHECKING:
    from router.planning.effects.saved import SavedPlan

PLAN_AGAIN = "run `router rules plan` again; nothing was changed"


@click.command()
@click.argument("plan_file", type=click.Path(path_type=Path))
@signed_options
@server_options
def apply(plan_file: Path, author: str, reason: str, address: str, tls_ca: str | None, form: str) -> None:
    """Put the change that `router rules plan --out PLAN_FILE` saved in force, exactly as it was tried.

    Exits with 1, and nothing is changed, when the rules in force, the network or the planned files are not the same
    any more.
    """
    from router.api.v1.rules_pb2 import ActivateRulesRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    plan = read_plan(plan_file)
    refuse_edited(plan)
    request = ActivateRulesRequest(
        files=file_messages(plan.files),
        request_id=str(uuid.uuid4()),
        author=author,
        reason=reason_or_ask(reason),
        expected_active_digest=plan.base_digest,
        expected_network_digest=plan.network_digest,
        origin="\n".join(plan.summary),
    )
    try:
        with connected(address, tls_ca) as channel:
            response = RulesServiceStub(channel).ActivateRules(request, timeout=REVIEW_SECONDS)
    except CommandFailed as error:
        raise moved(error) from error
    if form == "json":
        print_json(applied=as_dict(response))
        return
    show_findings(response.findings)
    say(rules_in_force(response.rule_count, response.rules_digest, response.replaced_digest))
    say("take it back with: router rules rollback")


def read_plan(path: Path) -> "SavedPlan":
    """Missing or a folder is wrong usage (2); not a plan, or changed by hand, is a finding (1)."""
    from router.planning.effects.saved import unpack_plan

    if path.is_dir():
        raise click.UsageError(
            f"`{path}` is a folder; plan it first: router rules plan {path} --out {path.name}.plan"
        )
    try:
        return unpack_plan(path.read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read `{path}`: {error.strerror}") from error
    except ValueError as error:
        raise CommandFailed(Exit.FINDINGS, f"`{path}`: {error}", reason="PLAN_INVALID") from error


def refuse_edited(plan: "SavedPlan") -> None:
    """A planned file that stands here with other content was edited since: which of the two is meant?"""
    edited = [
        name
        for name, content in plan.files.items()
        if Path(name).is_file() and Path(name).read_bytes() != content
    ]
    if edited:
        raise CommandFailed(
            Exit.FINDINGS,
            "files were edited since this plan was made",
            reason="FILES_MOVED",
            lines=[*edited, f"help: {PLAN_AGAIN}"],
        )


def moved(error: CommandFailed) -> CommandFailed:
    """The refusal in terms of the plan, where it is about what the plan was made against."""
    subjects = {"RULES_MOVED": "the rules in force", "NETWORK_MOVED": "the network"}
    subject = subjects.get(error.reason)
    if subject is None:
        return error
    _, _, said = error.message.partition(": ")
    facts = said.removesuffix("; plan again, nothing was changed").removeprefix(f"{subject} changed: ")
    return CommandFailed(
        Exit.FINDINGS,
        f"{subject} changed since this plan was made",
        reason=error.reason,
        lines=[facts, f"help: {PLAN_AGAIN}"],
    )
