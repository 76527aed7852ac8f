"""The truth about goods."""

from router.api.v1 import ledger_pb2 as pb
from router.app.answers.stock import EntryCorrected
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import optional_names
from router.service.from_proto.ledger import correct_entry, position_of
from router.service.from_proto.serials import check_serials_asked
from router.service.to_proto.ledger import (
    audit_response,
    balance_message,
    entry_message,
    serial_message,
    status_response,
)


class LedgerService:
    """See `ledger.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListEntries(self, request: pb.ListEntriesRequest, call: Call) -> pb.ListEntriesResponse:
        optional_names(reference=request.reference)
        page = await self._desk.read(
            call,
            self._desk.queries.ledger.list_entries,
            request.page_size,
            request.page_token,
            request.reference,
        )
        return pb.ListEntriesResponse(
            entries=[entry_message(entry) for entry in page.items], next_page_token=page.next_page_token
        )

    async def ListBalances(self, request: pb.ListBalancesRequest, call: Call) -> pb.ListBalancesResponse:
        optional_names(node_id=request.node_id, sku=request.sku)
        position = position_of(request.position)
        page, found_position = await self._desk.read(
            call,
            self._desk.queries.ledger.list_balances,
            request.page_size,
            request.page_token,
            request.node_id,
            request.sku,
            position,
        )
        return pb.ListBalancesResponse(
            balances=[balance_message(account, balance) for account, balance in page.items],
            next_page_token=page.next_page_token,
            ledger_position=found_position,
        )

    async def ListSerials(self, request: pb.ListSerialsRequest, call: Call) -> pb.ListSerialsResponse:
        check_serials_asked(request)
        queries = self._desk.queries
        if request.sku:
            found = await self._desk.read(call, queries.ledger.find_serial, request.sku, request.serial)
            return pb.ListSerialsResponse(serials=[] if found is None else [serial_message(found)])
        page = await self._desk.read(
            call, queries.ledger.list_serials, request.page_size, request.page_token, request.reference
        )
        return pb.ListSerialsResponse(
            serials=map(serial_message, page.items), next_page_token=page.next_page_token
        )

    async def CorrectEntry(self, request: pb.CorrectEntryRequest, call: Call) -> pb.CorrectEntryResponse:
        answer, replayed = await self._desk.ask(correct_entry(request), call, EntryCorrected)
        return pb.CorrectEntryResponse(position=answer.position, replayed=replayed)

    async def AuditLedger(self, request: pb.AuditLedgerRequest, call: Call) -> pb.AuditLedgerResponse:
        return audit_response(await self._desk.read(call, self._desk.queries.ledger.audit))

    async def GetLedgerStatus(
        self, request: pb.GetLedgerStatusRequest, call: Call
    ) -> pb.GetLedgerStatusResponse:
        return status_response(await self._desk.read(call, self._desk.ledger_status))
