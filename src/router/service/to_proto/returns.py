"""Returns, claims and their policies."""

from router.api.messages.times import timestamp
from router.api.v1 import returns_pb2 as pb
from router.domain.return_policy import ReturnOption, ReturnPolicy
from router.ledger.returns import Refund, Return, ReturnKind, ReturnLine
from router.ledger.shipments import shipment_id_of


def return_message(one: Return) -> pb.Return:
    is_return = one.kind is ReturnKind.RETURN
    return pb.Return(
        return_id=one.id,
        order_id=one.order_id,
        kind=pb.ReturnKind.ValueType(one.kind),
        state=pb.ReturnState.ValueType(one.state),
        reason_code=one.reason_code,
        node_id=one.node_id,
        service_level_id=one.service_level_id,
        label_payer=pb.LabelPayer.ValueType(one.label_payer if is_return else 0),
        refund_time=pb.RefundTime.ValueType(one.refund_time if is_return else 0),
        create_time=timestamp(one.create_time),
        expire_time=timestamp(one.expire_time) if one.is_expiring else None,
        lines=[line_message(one, line) for line in one.lines],
        goodwill_minor=one.goodwill_minor,
        refunds=map(refund_message, one.refunds),
        refunded_minor=one.refunded_minor,
        owed_minor=one.owed_minor,
        refund_under_way=one.refund is not None,
        replacement_order_ids=one.replacement_order_ids,
        currency=one.currency,
    )


def line_message(one: Return, line: ReturnLine) -> pb.ReturnLine:
    return pb.ReturnLine(
        line_id=line.line_id,
        sku=line.sku,
        lot=line.lot,
        shipment_id=shipment_id_of(one.order_id, line.shipment) if line.shipment else "",
        unit_price_minor=line.unit_price_minor,
        authorized=line.authorized,
        extra=line.extra,
        canceled=line.canceled,
        expected=0 if one.kind is ReturnKind.CLAIM else line.expected,
        received=line.received,
        to_inspect=line.to_inspect,
        restocked=line.restocked,
        refurbishing=line.refurbishing,
        scrapped=line.scrapped,
        to_vendor=line.to_vendor,
        quarantined=line.quarantined,
        denied=line.denied,
        refunded=line.refunded,
        replaced=line.replaced,
        owed=one.owed(line),
    )


def refund_message(refund: Refund) -> pb.Refund:
    return pb.Refund(
        lines_minor=refund.lines_minor,
        shipping_minor=refund.shipping_minor,
        tax_minor=refund.tax_minor,
        fee_minor=refund.fee_minor,
        total_minor=refund.total_minor,
        legs=[pb.RefundLeg(payment_id=leg.payment_id, amount_minor=leg.amount) for leg in refund.legs],
        external_reference=refund.external_reference,
        refund_time=timestamp(refund.time),
        included_tax_minor=refund.included_tax_minor,
    )


def option_message(option: ReturnOption) -> pb.ReturnOption:
    return pb.ReturnOption(
        node_id=option.node_id,
        service_level_id=option.service_level_id,
        freight_milli=option.freight_milli,
        handling_milli=option.handling_milli,
        resale_milli=option.resale_milli,
        total_milli=option.total_milli,
    )


def policy_message(policy: ReturnPolicy) -> pb.ReturnPolicy:
    return pb.ReturnPolicy(
        channel=policy.channel,
        window_days=policy.window_days,
        send_days=policy.send_days,
        refund_time=pb.RefundTime.ValueType(policy.refund_time),
        refund_automatically=policy.refunds_itself,
        reasons=[
            pb.ReturnReason(
                code=reason.code,
                window_days=reason.window_days,
                label_payer=pb.LabelPayer.ValueType(reason.label_payer),
                refunds_shipping=reason.refunds_shipping,
                fee_percent=reason.fee_percent,
                fee_minor=reason.fee_minor,
            )
            for reason in policy.reasons
        ],
        node_ids=policy.node_ids,
        resale_minor=policy.resale_minor,
    )
