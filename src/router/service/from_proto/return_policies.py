"""Return policies."""

from router.api.v1 import returns_pb2 as pb
from router.app.commands.returns import PutReturnPolicies
from router.domain.identifiers import NodeId
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    NODES_MAX,
    RETURN_POLICIES_MAX,
    RETURN_REASONS_MAX,
    RETURN_SEND_DAYS_MAX,
    RETURN_WINDOW_DAYS_MAX,
)
from router.domain.return_policy import LabelPayer, RefundTime, ReturnPolicy, ReturnReason
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def put_return_policies(request: pb.PutReturnPoliciesRequest) -> PutReturnPolicies:
    """The command to add or replace policies."""
    faults = Faults()
    policies: list[ReturnPolicy] = []
    if faults.count_of(request.policies, "", "policies", 1, RETURN_POLICIES_MAX):
        policies = [
            policy_of(message, f"policies[{index}].", faults)
            for index, message in enumerate(request.policies)
        ]
        faults.unique([policy.channel for policy in policies], "", "policies", "channel")
    command = PutReturnPolicies(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        policies=tuple(policies),
    )
    faults.raise_if_any()
    return command


def policy_of(message: pb.ReturnPolicy, at: str, faults: Faults) -> ReturnPolicy:
    reasons: list[ReturnReason] = []
    if faults.count_of(message.reasons, at, "reasons", 1, RETURN_REASONS_MAX):
        reasons = [
            reason_of(one, f"{at}reasons[{index}].", faults) for index, one in enumerate(message.reasons)
        ]
        faults.unique([one.code for one in reasons], at, "reasons", "code")
    if faults.count_of(message.node_ids, at, "node_ids", 0, NODES_MAX):
        for index, node_id in enumerate(message.node_ids):
            faults.identifier(node_id, at, f"node_ids[{index}]")
    if message.refund_time not in pb.RefundTime.values():
        names = ", ".join(pb.RefundTime.keys())
        faults.add(
            at + "refund_time",
            "UNKNOWN_VALUE",
            f"refund_time is {message.refund_time}, must be one of {names}",
        )
    is_first_scan = message.refund_time == pb.REFUND_TIME_FIRST_SCAN
    return ReturnPolicy(
        channel=faults.identifier(message.channel, at, "channel") if message.channel else "",
        window_days=faults.whole(message.window_days, at, "window_days", 1, RETURN_WINDOW_DAYS_MAX),
        send_days=faults.whole(message.send_days, at, "send_days", 1, RETURN_SEND_DAYS_MAX),
        refund_time=RefundTime.FIRST_SCAN if is_first_scan else RefundTime.INSPECTION,
        refunds_itself=message.refund_automatically,
        reasons=tuple(reasons),
        node_ids=tuple(map(NodeId, message.node_ids)),
        resale_minor=faults.whole(message.resale_minor, at, "resale_minor", 0, AMOUNT_MINOR_MAX),
    )


def reason_of(message: pb.ReturnReason, at: str, faults: Faults) -> ReturnReason:
    if message.label_payer not in pb.LabelPayer.values():
        names = ", ".join(pb.LabelPayer.keys())
        faults.add(
            at + "label_payer",
            "UNKNOWN_VALUE",
            f"label_payer is {message.label_payer}, must be one of {names}",
        )
    is_customer = message.label_payer == pb.LABEL_PAYER_CUSTOMER
    return ReturnReason(
        code=faults.identifier(message.code, at, "code"),
        window_days=faults.whole(message.window_days, at, "window_days", 0, RETURN_WINDOW_DAYS_MAX),
        label_payer=LabelPayer.CUSTOMER if is_customer else LabelPayer.SHOP,
        refunds_shipping=message.refunds_shipping,
        fee_percent=faults.whole(message.fee_percent, at, "fee_percent", 0, 100),
        fee_minor=faults.whole(message.fee_minor, at, "fee_minor", 0, AMOUNT_MINOR_MAX),
    )
