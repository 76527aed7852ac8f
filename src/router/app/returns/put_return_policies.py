"""Put return policies: add them, or replace those of the same channel. Returns keep the terms they were given."""

from router.app.answers.returns import ReturnPoliciesPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import PutReturnPolicies
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.domain.return_policy import ReturnPolicy
from router.ledger.event_kinds import EventKind


def put_return_policies(
    books: Books, command: PutReturnPolicies, at: Instant
) -> tuple[Changes, ReturnPoliciesPut]:
    """Each one that is another than before is told. Refuses nodes that the network does not have."""
    refuse_unknown_nodes(books, command.policies)
    changes = Changes(after=books.head, time=at)
    changes.return_policies = {policy.channel: policy for policy in command.policies}
    for policy in command.policies:
        if books.returns.policies.get(policy.channel) != policy:
            changes.tell(EventKind.RETURN_POLICY_CHANGED, subject=policy.channel, text=describe(policy))
    return changes, ReturnPoliciesPut(policy_count=len(command.policies))


def refuse_unknown_nodes(books: Books, policies: tuple[ReturnPolicy, ...]) -> None:
    """Refuse with INVALID_REQUEST nodes that nobody knows, while there is a network."""
    known = None if books.network is None else books.network.node_index
    violations = [
        Violation(
            f"policies[{number}].node_ids[{place}]",
            "UNKNOWN_NODE",
            f"node `{node_id}` is not in the network; put it first",
        )
        for number, policy in enumerate(policies)
        for place, node_id in enumerate(policy.node_ids)
        if known is not None and node_id not in known
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST, "; ".join(one.description for one in violations), violations=violations
        )


def describe(policy: ReturnPolicy) -> str:
    """`web: 30 days, reasons DEFECT, UNWANTED`."""
    reasons = ", ".join(reason.code for reason in policy.reasons)
    return f"{policy.channel or 'every channel'}: {policy.window_days} days, reasons {reasons}"
