"""The shortest ways to send units of a shop's orders back."""

from collections.abc import Mapping
from typing import Any

from router.app.commands.returns import (
    AuthorizeReturn,
    CancelReturn,
    Finding,
    InspectReturn,
    OpenClaim,
    PutReturnPolicies,
    ReceiveReturn,
    RefundReturn,
    SendReplacement,
)
from router.app.returns.refunder import Refunder
from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.domain.return_policy import RefundTime, ReturnPolicy, ReturnReason
from router.ledger.feeds import FeedMark
from router.ledger.returns import ClaimCause, Disposition, Return
from router.ledger.tracking import CarrierStatus
from tests.app.builders import Shop, digest
from tests.app.fulfillment_builders import a_report, leave, report
from tests.app.payment_builders import PayingShop

CLOCK = "RED-CLOCK"
DAY_SECONDS = 86_400


def a_policy(**changes: Any) -> ReturnPolicy:
    """Thirty days; UNWANTED keeps a tenth as a fee, DEFECT gives back shipping."""
    reasons = (
        ReturnReason(code="UNWANTED", fee_percent=10),
        ReturnReason(code="DEFECT", window_days=365, refunds_shipping=True),
    )
    return ReturnPolicy(**{"window_days": 30, "send_days": 14, "reasons": reasons, **changes})


def put_policy(shop: Shop, *policies: ReturnPolicy) -> Any:
    return shop.answer(
        PutReturnPolicies(request_id=shop.key(), body_digest=digest(policies), policies=policies)
    )


def deliver(shop: Shop, shipment_id: str = "order-1/1", hour: int = 24) -> None:
    leave(shop, shipment_id)
    report(shop, shipment_id, a_report(CarrierStatus.DELIVERED, hour))


def authorize(shop: Shop, lines: Mapping[str, int], order_id: str = "order-1", **changes: Any) -> Any:
    asked = {"reason_code": "UNWANTED", "return_id": "R-1", "node_id": NodeId("lyon")} | changes
    return shop.answer(
        AuthorizeReturn(
            request_id=shop.key(),
            body_digest=digest(lines, order_id, asked),
            order_id=OrderId(order_id),
            lines={LineId(line_id): quantity for line_id, quantity in lines.items()},
            **asked,
        )
    )


def receive(shop: Shop, units: Mapping[str, int], return_id: str = "R-1", **changes: Any) -> Return:
    answer: Any = shop.answer(
        ReceiveReturn(
            request_id=shop.key(),
            body_digest=digest(units, return_id, changes),
            return_id=return_id,
            lines={Sku(sku): quantity for sku, quantity in units.items()},
            **changes,
        )
    )
    return answer.record  # type: ignore[no-any-return]


def inspect(shop: Shop, *findings: Finding, return_id: str = "R-1", told: FeedMark | None = None) -> Return:
    answer: Any = shop.answer(
        InspectReturn(
            request_id=shop.key(),
            body_digest=digest(findings, return_id),
            return_id=return_id,
            findings=findings,
            told=told,
        )
    )
    return answer.record  # type: ignore[no-any-return]


def found(quantity: int, disposition: Disposition, sku: str = CLOCK, **changes: Any) -> Finding:
    return Finding(sku=Sku(sku), quantity=quantity, disposition=disposition, **changes)


def cancel(shop: Shop, return_id: str = "R-1") -> Return:
    answer: Any = shop.answer(
        CancelReturn(request_id=shop.key(), body_digest=digest(return_id), return_id=return_id)
    )
    return answer.record  # type: ignore[no-any-return]


def claim(shop: Shop, cause: ClaimCause, order_id: str = "order-1", **changes: Any) -> Return:
    asked = {"return_id": "C-1"} | changes
    answer: Any = shop.answer(
        OpenClaim(
            request_id=shop.key(),
            body_digest=digest(cause, order_id, asked),
            order_id=OrderId(order_id),
            cause=cause,
            **asked,
        )
    )
    return answer.record  # type: ignore[no-any-return]


def send_again(
    shop: Shop, order_id: str, return_id: str = "R-1", lines: Mapping[str, int] | None = None
) -> Any:
    return shop.answer(
        SendReplacement(
            request_id=shop.key(),
            body_digest=digest(order_id, return_id, lines),
            return_id=return_id,
            order_id=OrderId(order_id),
            lines={Sku(sku): quantity for sku, quantity in (lines or {}).items()},
        )
    )


def refund(paying: PayingShop, return_id: str = "R-1", key: str = "", **changes: Any) -> Return:
    refunder = Refunder(paying.shop.queries.returns, paying.cashier)
    answered: Any = refunder.refund(
        RefundReturn(
            request_id=key or paying.shop.key(),
            body_digest=digest(return_id, changes),
            return_id=return_id,
            **changes,
        )
    )
    return answered.answer.record  # type: ignore[no-any-return]


def first_scan(**changes: Any) -> ReturnPolicy:
    return a_policy(refund_time=RefundTime.FIRST_SCAN, **changes)
