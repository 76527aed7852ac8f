"""The file in which planners write return policies: read with every fault at its line.

return_policies:
  - channel: web
    window_days: 30
    send_days: 14
    refund_time: INSPECTION
    reasons:
      - code: DEFECT
        refunds_shipping: true
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from router.domain.identifiers import NodeId
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    RETURN_POLICIES_MAX,
    RETURN_REASONS_MAX,
    RETURN_SEND_DAYS_MAX,
    RETURN_WINDOW_DAYS_MAX,
)
from router.domain.return_policy import LabelPayer, RefundTime, ReturnPolicy, ReturnReason
from router.rules.diagnostics import Code, Diagnostic, Findings
from router.rules.text.budget import Budget
from router.rules.text.fields import (
    Fields,
    read_bool,
    read_choice,
    read_fields,
    read_integer,
    read_items,
    read_text,
)
from router.rules.text.load import load
from router.rules.text.tree import Node

POLICY_KEYS: Mapping[str, str] = {
    "window_days": f"days after delivery in which units can be announced, 1 to {RETURN_WINDOW_DAYS_MAX:,}",
    "send_days": f"days after that in which they must arrive, 1 to {RETURN_SEND_DAYS_MAX}",
    "reasons": "the reasons that can be given, at least one",
    "channel": "the channel; without it the policy is of every one that has none of its own",
    "refund_time": "from when on money may go back: `FIRST_SCAN`, or `INSPECTION`, which it is without it",
    "refund_automatically": "whether it goes back by itself then; false without it",
    "node_ids": "nodes that units may go to; any without it",
    "resale_minor": "what a unit is worth at a node that has none to sell; 0 without it",
}
REASON_KEYS: Mapping[str, str] = {
    "code": "its code, such as `DEFECT`",
    "window_days": "days of its own",
    "label_payer": "who pays for the way back: `SHOP`, which it is without it, or `CUSTOMER`",
    "refunds_shipping": "whether shipping may be given back; false without it",
    "fee_percent": "of what the goods cost, kept as a fee, 0 to 100",
    "fee_minor": "kept once as a fee besides",
}
POLICY_REQUIRED = ("window_days", "send_days", "reasons")

T = TypeVar("T")


class PoliciesRefused(Exception):
    """The file is at fault. `lines` are its findings, each with its place."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


def read_return_policies(path: Path) -> tuple[ReturnPolicy, ...]:
    """The policies that the file has. Refuses with PoliciesRefused, with every fault at once."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PoliciesRefused(f"cannot read `{path}`: {error.strerror}") from error
    findings = Findings()
    root = load(str(path), content, Budget(), findings)
    policies: list[ReturnPolicy] = []
    if root is not None:
        fields = read_fields(root, "a file of return policies", findings, required=("return_policies",)) or {}
        nodes = read_items(fields.get("return_policies"), "`return_policies`", findings)
        if "return_policies" in fields and not 0 < len(nodes) <= RETURN_POLICIES_MAX:
            message = f"`return_policies` has 1 to {RETURN_POLICIES_MAX:,} policies"
            findings.add(Code.BAD_VALUE, fields["return_policies"].span, message)
        policies = [policy_of(node, findings) for node in nodes[:RETURN_POLICIES_MAX]]
    if findings.has_error():
        raise PoliciesRefused(
            f"`{path}` has no policies that can be put", tuple(map(line, findings.listed()))
        )
    return tuple(policies)


def policy_of(node: Node, findings: Findings) -> ReturnPolicy:
    optional = [key for key in POLICY_KEYS if key not in POLICY_REQUIRED]
    fields = read_fields(node, "a policy", findings, required=POLICY_REQUIRED, optional=optional) or {}
    reasons = read_items(fields.get("reasons"), "`reasons`", findings)
    if "reasons" in fields and not 0 < len(reasons) <= RETURN_REASONS_MAX:
        findings.add(
            Code.BAD_VALUE, fields["reasons"].span, f"`reasons` has 1 to {RETURN_REASONS_MAX} reasons"
        )
    node_ids = read_items(fields.get("node_ids"), "`node_ids`", findings)
    refund_time = word(fields, "refund_time", [one.name for one in RefundTime], findings)
    return ReturnPolicy(
        channel=text(fields, "channel", findings),
        window_days=number(fields, "window_days", 1, RETURN_WINDOW_DAYS_MAX, findings),
        send_days=number(fields, "send_days", 1, RETURN_SEND_DAYS_MAX, findings),
        refund_time=RefundTime[refund_time] if refund_time else RefundTime.INSPECTION,
        refunds_itself=flag(fields, "refund_automatically", findings),
        reasons=tuple(reason_of(one, findings) for one in reasons[:RETURN_REASONS_MAX]),
        node_ids=tuple(NodeId(read_text(one, "a node", findings) or "") for one in node_ids),
        resale_minor=number(fields, "resale_minor", 0, AMOUNT_MINOR_MAX, findings),
    )


def reason_of(node: Node, findings: Findings) -> ReturnReason:
    optional = [key for key in REASON_KEYS if key != "code"]
    fields = read_fields(node, "a reason", findings, required=("code",), optional=optional) or {}
    payer = word(fields, "label_payer", [one.name for one in LabelPayer], findings)
    return ReturnReason(
        code=text(fields, "code", findings),
        window_days=number(fields, "window_days", 1, RETURN_WINDOW_DAYS_MAX, findings),
        label_payer=LabelPayer[payer] if payer else LabelPayer.SHOP,
        refunds_shipping=flag(fields, "refunds_shipping", findings),
        fee_percent=number(fields, "fee_percent", 0, 100, findings),
        fee_minor=number(fields, "fee_minor", 0, AMOUNT_MINOR_MAX, findings),
    )


def text(fields: Fields, key: str, findings: Findings) -> str:
    return (read_text(fields[key], f"`{key}`", findings) or "") if key in fields else ""


def word(fields: Fields, key: str, choices: list[str], findings: Findings) -> str:
    return (read_choice(fields[key], f"`{key}`", choices, findings) or "") if key in fields else ""


def number(fields: Fields, key: str, least: int, most: int, findings: Findings) -> int:
    return (read_integer(fields[key], f"`{key}`", least, most, findings) or 0) if key in fields else 0


def flag(fields: Fields, key: str, findings: Findings) -> bool:
    return bool(read_bool(fields[key], f"`{key}`", findings)) if key in fields else False


def line(found: Diagnostic) -> str:
    """A finding in one line: where, what, and the way out."""
    near = f"; did you mean `{found.suggestion}`?" if found.suggestion else ""
    expected = f"; expected {found.expected}" if found.expected and not near else ""
    return f"{found.file}:{found.line}:{found.column}: {found.message}{near}{expected}"
