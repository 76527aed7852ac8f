"""Recorded orders for `router rules plan` and `docs`: from a running server, or from a file saved before."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import connected
from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.planning.effects.sample import Sample
    from router.rules.ruleset import CompiledRules

LAST = 1_000
SAMPLE_SECONDS = 600


def fetch_sample(address: str, tls_ca: str | None, last: int) -> "Sample":
    """The last decisions of a running server, the rules in force and the name of its network."""
    from router.api.v1.network_pb2 import GetNetworkRequest
    from router.api.v1.network_pb2_grpc import NetworkServiceStub
    from router.api.v1.rules_pb2 import GetRulesRequest, SampleDecisionsRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub
    from router.domain.identifiers import Digest
    from router.planning.effects.sample import Sample

    networks: dict[Digest, bytes] = {}
    rules: dict[Digest, dict[str, bytes]] = {}
    decisions: list[tuple[str, bytes]] = []
    with connected(address, tls_ca) as channel:
        service = RulesServiceStub(channel)
        in_force = service.GetRules(GetRulesRequest(), timeout=SAMPLE_SECONDS)
        network = NetworkServiceStub(channel).GetNetwork(GetNetworkRequest(), timeout=SAMPLE_SECONDS)
        rules[Digest(in_force.rules_digest)] = {file.name: file.content for file in in_force.files}
        for part in service.SampleDecisions(SampleDecisionsRequest(last=last), timeout=SAMPLE_SECONDS):
            networks.update((Digest(one.network_digest), one.content) for one in part.networks)
            for pack in part.rules:
                rules[Digest(pack.rules_digest)] = {file.name: file.content for file in pack.files}
            decisions += [(one.decision_id, one.content) for one in part.decisions]
    return Sample(
        rules_digest=Digest(in_force.rules_digest),
        network_digest=Digest(network.network_digest),
        networks=networks,
        rules=rules,
        decisions=tuple(decisions),
    )


def read_sample(path: Path) -> "Sample":
    """Recorded orders from a file. A missing file is wrong usage (2), another one a finding (1)."""
    from router.planning.effects.sample import unpack_sample

    try:
        return unpack_sample(path.read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read `{path}`: {error.strerror}") from error
    except ValueError as error:
        raise CommandFailed(Exit.FINDINGS, f"`{path}` holds {error}", reason="ORDERS_INVALID") from error


def rules_in_force(sample: "Sample") -> "CompiledRules":
    """The rules that were in force when the sample was taken, compiled by this version of the router."""
    from router.rules.ruleset import compile_rules, no_rules

    files = sample.rules[sample.rules_digest]
    if not files:
        return no_rules()
    rules = compile_rules(files).rules
    if rules is None:
        raise CommandFailed(
            Exit.FINDINGS,
            f"the rules in force (`{sample.rules_digest[:12]}`) were written for another version of the router",
            lines=["help: bring them up to date with `router rules check`, and activate them first"],
        )
    return rules


def refuse_unwritable(*paths: Path | None) -> None:
    """A place that no file can be written to is wrong usage (2), said before the work rather than after it."""
    for path in paths:
        if path and path.is_dir():
            raise click.UsageError(f"cannot write `{path}`: it is a folder; name a file in it")
        if path and not path.parent.is_dir():
            raise click.UsageError(f"cannot write `{path}`: there is no folder `{path.parent}`")


def write_file(path: Path, content: bytes) -> None:
    """Write it, whole; a place that cannot be written to is wrong usage (2)."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"cannot write `{path}`: {error.strerror}") from error
