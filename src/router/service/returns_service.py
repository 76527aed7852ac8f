"""Returns and claims."""

from functools import cached_property

from router.api.v1 import returns_pb2 as pb
from router.app.answers.returns import ReplacementSent, ReturnChanged, ReturnPoliciesPut
from router.app.returns.refunder import Refunder, refund_by_itself
from router.domain.reasons import RouterError
from router.ledger.returns import Return
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of, optional_names
from router.service.from_proto.return_policies import put_return_policies
from router.service.from_proto.returns import (
    authorize_return,
    cancel_return,
    inspect_return,
    label_of,
    open_claim,
    receive_return,
    refund_return,
    send_replacement,
)
from router.service.to_proto.returns import option_message, policy_message, return_message


class ReturnsService:
    """See `returns.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def _refunder(self) -> Refunder:
        return Refunder(self._desk.queries.returns, self._desk.cashier)

    async def PutReturnPolicies(
        self, request: pb.PutReturnPoliciesRequest, call: Call
    ) -> pb.PutReturnPoliciesResponse:
        answer, replayed = await self._desk.ask(put_return_policies(request), call, ReturnPoliciesPut)
        return pb.PutReturnPoliciesResponse(policy_count=answer.policy_count, replayed=replayed)

    async def ListReturnPolicies(
        self, request: pb.ListReturnPoliciesRequest, call: Call
    ) -> pb.ListReturnPoliciesResponse:
        policies = await self._desk.read(call, self._desk.queries.returns.list_policies)
        return pb.ListReturnPoliciesResponse(policies=map(policy_message, policies))

    async def AuthorizeReturn(
        self, request: pb.AuthorizeReturnRequest, call: Call
    ) -> pb.AuthorizeReturnResponse:
        answer, replayed = await self._desk.ask(authorize_return(request), call, ReturnChanged)
        return pb.AuthorizeReturnResponse(
            record=return_message(answer.record),
            options=map(option_message, answer.options),
            replayed=replayed,
        )

    async def ReceiveReturn(self, request: pb.ReceiveReturnRequest, call: Call) -> pb.ReceiveReturnResponse:
        answer, replayed = await self._desk.ask(receive_return(request), call, ReturnChanged)
        record, problem = await self._refund_itself(answer.record, request.request_id, call)
        return pb.ReceiveReturnResponse(
            record=return_message(record), refund_problem=problem, replayed=replayed
        )

    async def InspectReturn(self, request: pb.InspectReturnRequest, call: Call) -> pb.InspectReturnResponse:
        answer, replayed = await self._desk.ask(inspect_return(request), call, ReturnChanged)
        record, problem = await self._refund_itself(answer.record, request.request_id, call)
        return pb.InspectReturnResponse(
            record=return_message(record), refund_problem=problem, replayed=replayed
        )

    async def CancelReturn(self, request: pb.CancelReturnRequest, call: Call) -> pb.CancelReturnResponse:
        answer, replayed = await self._desk.ask(cancel_return(request), call, ReturnChanged)
        return pb.CancelReturnResponse(record=return_message(answer.record), replayed=replayed)

    async def OpenClaim(self, request: pb.OpenClaimRequest, call: Call) -> pb.OpenClaimResponse:
        answer, replayed = await self._desk.ask(open_claim(request), call, ReturnChanged)
        return pb.OpenClaimResponse(record=return_message(answer.record), replayed=replayed)

    async def RefundReturn(self, request: pb.RefundReturnRequest, call: Call) -> pb.RefundReturnResponse:
        answer, replayed = await self._desk.refund(call, self._refunder.refund, refund_return(request))
        return pb.RefundReturnResponse(record=return_message(answer.record), replayed=replayed)

    async def SendReplacement(
        self, request: pb.SendReplacementRequest, call: Call
    ) -> pb.SendReplacementResponse:
        command = send_replacement(request)
        command = await self._desk.read(call, self._desk.queries.returns.with_recipient, command)
        answer, replayed = await self._desk.ask(command, call, ReplacementSent)
        return pb.SendReplacementResponse(
            record=return_message(answer.record),
            order_id=answer.order_id,
            decision_id=answer.decision_id,
            replayed=replayed,
        )

    async def GetReturn(self, request: pb.GetReturnRequest, call: Call) -> pb.GetReturnResponse:
        return_id = name_of(request.return_id, "return_id")
        record = await self._desk.read(call, self._desk.queries.returns.get_return, return_id)
        return pb.GetReturnResponse(record=return_message(record))

    async def ListReturns(self, request: pb.ListReturnsRequest, call: Call) -> pb.ListReturnsResponse:
        optional_names(order_id=request.order_id)
        page = await self._desk.read(
            call,
            self._desk.queries.returns.list_returns,
            request.page_size,
            request.page_token,
            request.order_id,
        )
        return pb.ListReturnsResponse(
            records=map(return_message, page.items), next_page_token=page.next_page_token
        )

    async def GetReturnLabel(
        self, request: pb.GetReturnLabelRequest, call: Call
    ) -> pb.GetReturnLabelResponse:
        return_id, paper = label_of(request)
        labels = await self._desk.read(call, self._desk.queries.returns.label, return_id)
        content = await self._desk.compute(call, paper.draw, labels)
        return pb.GetReturnLabelResponse(content=content, media_type=paper.media_type)

    async def _refund_itself(self, record: Return, key: str, call: Call) -> tuple[Return, str]:
        """The return after the money that goes back by itself; why it did not, if it should have."""
        command = refund_by_itself(record, key)
        if command is None:
            return record, ""
        try:
            answer, _ = await self._desk.refund(call, self._refunder.refund, command)
        except RouterError as refused:
            return record, f"{refused.reason}: {refused.message}"
        return answer.record, ""
