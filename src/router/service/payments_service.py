"""Payments of orders, and the gift accounts that pay some."""

from router.api.v1 import payments_pb2 as pb
from router.app.answers.payments import GiftBalanceIssued
from router.app.records.payment_filter import PaymentFilter
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of, optional_names
from router.service.from_proto.ledger import position_of
from router.service.from_proto.payments import (
    authorize_payment,
    capture_payment,
    check_payment,
    expires_by,
    issue_gift_balance,
    refund_payment,
    void_payment,
)
from router.service.to_proto.payments import gift_account_message, payment_message


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
        optional_names(order_id=request.order_id, gift_account_id=request.gift_account_id)
        where = PaymentFilter(
            order_id=request.order_id,
            gift_account_id=request.gift_account_id,
            act_declined=request.act_declined,
        )
        if (until := expires_by(request)) is not None:
            expiring = await self._desk.read(
                call,
                self._desk.queries.payments.list_expiring,
                until,
                request.page_size,
                where,
            )
            return pb.ListPaymentsResponse(payments=list(map(payment_message, expiring.items)))
        page = await self._desk.read(
            call,
            self._desk.queries.payments.list_payments,
            request.page_size,
            request.page_token,
            where,
        )
        return pb.ListPaymentsResponse(
            payments=list(map(payment_message, page.items)), next_page_token=page.next_page_token
        )

    async def IssueGiftBalance(
        self, request: pb.IssueGiftBalanceRequest, call: Call
    ) -> pb.IssueGiftBalanceResponse:
        answer, replayed = await self._desk.ask(issue_gift_balance(request), call, GiftBalanceIssued)
        return pb.IssueGiftBalanceResponse(
            gift_account=gift_account_message(answer.account),
            replayed=replayed,
            ledger_position=answer.ledger_position,
        )

    async def GetGiftAccount(
        self, request: pb.GetGiftAccountRequest, call: Call
    ) -> pb.GetGiftAccountResponse:
        gift_account_id = name_of(request.gift_account_id, "gift_account_id")
        position = position_of(request.position)
        account = await self._desk.read(call, self._desk.queries.gifts.get_account, gift_account_id, position)
        return pb.GetGiftAccountResponse(gift_account=gift_account_message(account))

    async def ListGiftAccounts(
        self, request: pb.ListGiftAccountsRequest, call: Call
    ) -> pb.ListGiftAccountsResponse:
        page = await self._desk.read(
            call, self._desk.queries.gifts.list_accounts, request.page_size, request.page_token
        )
        return pb.ListGiftAccountsResponse(
            gift_accounts=list(map(gift_account_message, page.items)), next_page_token=page.next_page_token
        )
