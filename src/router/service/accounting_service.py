"""The books of a company, made from the journal."""

from collections.abc import AsyncIterator

from router.api.v1 import accounting_pb2 as pb
from router.app.accounting.accounting_queries import AccountingQueries
from router.app.answers.documents import UnitCostsPut
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.accounting import put_unit_costs, range_asked, skus_asked
from router.service.to_proto.accounting import (
    chart_response,
    reconcile_response,
    unit_cost_message,
    voucher_message,
)


class AccountingService:
    """See `accounting.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _queries(self) -> AccountingQueries:
        return self._desk.queries.accounting

    async def PutUnitCosts(self, request: pb.PutUnitCostsRequest, call: Call) -> pb.PutUnitCostsResponse:
        answer, replayed = await self._desk.ask(put_unit_costs(request), call, UnitCostsPut)
        return pb.PutUnitCostsResponse(changed_count=answer.changed_count, replayed=replayed)

    async def ListUnitCosts(self, request: pb.ListUnitCostsRequest, call: Call) -> pb.ListUnitCostsResponse:
        skus = skus_asked(request.skus)
        costs = await self._desk.read(call, self._queries.list_unit_costs, skus)
        return pb.ListUnitCostsResponse(unit_costs=map(unit_cost_message, costs))

    async def ExportAccounting(
        self, request: pb.ExportAccountingRequest, call: Call
    ) -> AsyncIterator[pb.ExportAccountingResponse]:
        after, until = range_asked(request)
        end = await self._desk.read(call, self._queries.end_of_range, after, until)
        digest = self._queries.chart.digest
        while after < end:
            vouchers, after = await self._desk.compute(
                call.renewed(), self._queries.read_vouchers, after, end
            )
            yield pb.ExportAccountingResponse(
                vouchers=map(voucher_message, vouchers), position=after, chart_digest=digest
            )

    async def ReconcileAccounting(
        self, request: pb.ReconcileAccountingRequest, call: Call
    ) -> pb.ReconcileAccountingResponse:
        found = await self._desk.compute(call, self._queries.reconcile)
        return reconcile_response(found, self._queries.chart)

    async def GetChartOfAccounts(
        self, request: pb.GetChartOfAccountsRequest, call: Call
    ) -> pb.GetChartOfAccountsResponse:
        return chart_response(self._queries.chart)
