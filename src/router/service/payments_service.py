"""Payments of orders."""

from router.api.v1 import payments_pb2 as pb
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of, optional_names
from router.service.from_proto.payments import (
    authorize_payment,
    capture_payment,
    check_payment,
    expires_by,
    refund_payment,
    void_payment,
)
from router.service.to_proto.payments import payment_message


class PaymentsService:
    """See `payments.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def AuthorizePayment(
        self, request: pb.AuthorizePaymentRequest, call: Call
    ) -> pb.AuthorizePaymentResponse:
        answer, replayed = await self._desk.pay(
            call, self._desk.cashier.authorize, authorize_payment(request)
        )
        return pb.AuthorizePaymentResponse(payment=payment_message(answer.payment), replayed=replayed)

    async def CheckPayment(self, request: pb.CheckPaymentRequest, call: Call) -> pb.CheckPaymentResponse:
        answer, replayed = await self._desk.pay(call, self._desk.cashier.check, check_payment(request))
        return pb.CheckPaymentResponse(payment=payment_message(answer.payment), replayed=replayed)

    async def CapturePayment(
        self, request: pb.CapturePaymentRequest, call: Call
    ) -> pb.CapturePaymentResponse:
        answer, replayed = await self._desk.pay(call, self._desk.cashier.capture, capture_payment(request))
        return pb.CapturePaymentResponse(payment=payment_message(answer.payment), replayed=replayed)

    async def VoidPayment(self, request: pb.VoidPaymentRequest, call: Call) -> pb.VoidPaymentResponse:
        answer, replayed = await self._desk.pay(call, self._desk.cashier.void, void_payment(request))
        return pb.VoidPaymentResponse(payment=payment_message(answer.payment), replayed=replayed)

    async def RefundPayment(self, request: pb.RefundPaymentRequest, call: Call) -> pb.RefundPaymentResponse:
        answer, replayed = await self._desk.pay(call, self._desk.cashier.refund, refund_payment(request))
        return pb.RefundPaymentResponse(payment=payment_message(answer.payment), replayed=replayed)

    async def GetPayment(self, request: pb.GetPaymentRequest, call: Call) -> pb.GetPaymentResponse:
        payment_id = name_of(request.payment_id, "payment_id")
        payment = await self._desk.read(call, self._desk.queries.payments.get_payment, payment_id)
        return pb.GetPaymentResponse(payment=payment_message(payment))

    async def ListPayments(self, request: pb.ListPaymentsRequest, call: Call) -> pb.ListPaymentsResponse:
        optional_names(order_id=request.order_id)
        if (until := expires_by(request)) is not None:
            expiring = await self._desk.read(
                call, self._desk.queries.payments.list_expiring, until, request.page_size, request.order_id
            )
            return pb.ListPaymentsResponse(payments=list(map(payment_message, expiring.items)))
        page = await self._desk.read(
            call,
            self._desk.queries.payments.list_payments,
            request.page_size,
            request.page_token,
            request.order_id,
        )
        return pb.ListPaymentsResponse(
            payments=list(map(payment_message, page.items)), next_page_token=page.next_page_token
        )
