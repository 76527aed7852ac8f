"""Suppliers and what is bought of them."""

from dataclasses import replace

from router.api.v1 import purchasing_pb2 as pb
from router.app.answers.purchasing import (
    BackorderLimitsPut,
    PromisableFound,
    PromisableRow,
    PurchaseOrderChanged,
    SuppliersPut,
)
from router.app.commands.questions import GetAvailableToPromise
from router.domain.limits import SKUS_PER_READ_MAX
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of
from router.service.from_proto.purchasing import (
    acknowledge_purchase_order,
    cancel_purchase_order,
    change_purchase_order_date,
    get_available_to_promise,
    list_backorders,
    place_purchase_order,
    purchase_filter,
    put_backorder_limits,
    put_suppliers,
    receive_purchase_order,
    suggest_purchases,
)
from router.service.to_proto.purchasing import (
    backorder_message,
    promisable_response,
    purchase_order_message,
    suggestions_response,
    supplier_message,
)


class PurchasingService:
    """See `purchasing.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def PutSuppliers(self, request: pb.PutSuppliersRequest, call: Call) -> pb.PutSuppliersResponse:
        answer, replayed = await self._desk.ask(put_suppliers(request), call, SuppliersPut)
        return pb.PutSuppliersResponse(supplier_count=answer.supplier_count, replayed=replayed)

    async def GetSupplier(self, request: pb.GetSupplierRequest, call: Call) -> pb.GetSupplierResponse:
        supplier_id = name_of(request.supplier_id, "supplier_id")
        supplier = await self._desk.read(call, self._desk.queries.purchases.get_supplier, supplier_id)
        return pb.GetSupplierResponse(supplier=supplier_message(supplier))

    async def ListSuppliers(self, request: pb.ListSuppliersRequest, call: Call) -> pb.ListSuppliersResponse:
        suppliers = await self._desk.read(call, self._desk.queries.purchases.list_suppliers)
        return pb.ListSuppliersResponse(suppliers=list(map(supplier_message, suppliers)))

    async def SuggestPurchases(
        self, request: pb.SuggestPurchasesRequest, call: Call
    ) -> pb.SuggestPurchasesResponse:
        command, policy, only = suggest_purchases(request)
        suggester = self._desk.queries.suggester
        skus = command.skus or await self._desk.read(call, suggester.skus)
        rows: list[PromisableRow] = []
        # A page a command, so that others have their turn in between.
        for start in range(0, max(1, len(skus)), SKUS_PER_READ_MAX):
            page = GetAvailableToPromise(skus=skus[start : start + SKUS_PER_READ_MAX])
            stock, _ = await self._desk.ask(page, call, PromisableFound)
            rows.extend(stock.rows)
        stock = replace(stock, rows=tuple(rows))
        return suggestions_response(await self._desk.compute(call, suggester.suggest, stock, policy, only))

    async def PlacePurchaseOrder(
        self, request: pb.PlacePurchaseOrderRequest, call: Call
    ) -> pb.PlacePurchaseOrderResponse:
        answer, replayed = await self._desk.ask(place_purchase_order(request), call, PurchaseOrderChanged)
        return pb.PlacePurchaseOrderResponse(
            purchase_order=purchase_order_message(answer.order),
            ledger_position=answer.ledger_position,
            replayed=replayed,
        )

    async def AcknowledgePurchaseOrder(
        self, request: pb.AcknowledgePurchaseOrderRequest, call: Call
    ) -> pb.AcknowledgePurchaseOrderResponse:
        command = acknowledge_purchase_order(request)
        answer, replayed = await self._desk.ask(command, call, PurchaseOrderChanged)
        return pb.AcknowledgePurchaseOrderResponse(
            purchase_order=purchase_order_message(answer.order), replayed=replayed
        )

    async def ChangePurchaseOrderDate(
        self, request: pb.ChangePurchaseOrderDateRequest, call: Call
    ) -> pb.ChangePurchaseOrderDateResponse:
        command = change_purchase_order_date(request)
        answer, replayed = await self._desk.ask(command, call, PurchaseOrderChanged)
        return pb.ChangePurchaseOrderDateResponse(
            purchase_order=purchase_order_message(answer.order), replayed=replayed
        )

    async def ReceivePurchaseOrder(
        self, request: pb.ReceivePurchaseOrderRequest, call: Call
    ) -> pb.ReceivePurchaseOrderResponse:
        answer, replayed = await self._desk.ask(receive_purchase_order(request), call, PurchaseOrderChanged)
        return pb.ReceivePurchaseOrderResponse(
            purchase_order=purchase_order_message(answer.order),
            ledger_position=answer.ledger_position,
            already_counted=answer.already_counted,
            replayed=replayed,
        )

    async def CancelPurchaseOrder(
        self, request: pb.CancelPurchaseOrderRequest, call: Call
    ) -> pb.CancelPurchaseOrderResponse:
        answer, replayed = await self._desk.ask(cancel_purchase_order(request), call, PurchaseOrderChanged)
        return pb.CancelPurchaseOrderResponse(
            purchase_order=purchase_order_message(answer.order),
            ledger_position=answer.ledger_position,
            replayed=replayed,
        )

    async def GetPurchaseOrder(
        self, request: pb.GetPurchaseOrderRequest, call: Call
    ) -> pb.GetPurchaseOrderResponse:
        order_id = name_of(request.purchase_order_id, "purchase_order_id")
        order = await self._desk.read(call, self._desk.queries.purchases.get_purchase_order, order_id)
        return pb.GetPurchaseOrderResponse(purchase_order=purchase_order_message(order))

    async def ListPurchaseOrders(
        self, request: pb.ListPurchaseOrdersRequest, call: Call
    ) -> pb.ListPurchaseOrdersResponse:
        page = await self._desk.read(
            call,
            self._desk.queries.purchases.list_purchase_orders,
            request.page_size,
            request.page_token,
            purchase_filter(request),
        )
        return pb.ListPurchaseOrdersResponse(
            purchase_orders=list(map(purchase_order_message, page.items)),
            next_page_token=page.next_page_token,
        )

    async def PutBackorderLimits(
        self, request: pb.PutBackorderLimitsRequest, call: Call
    ) -> pb.PutBackorderLimitsResponse:
        answer, replayed = await self._desk.ask(put_backorder_limits(request), call, BackorderLimitsPut)
        return pb.PutBackorderLimitsResponse(limit_count=answer.limit_count, replayed=replayed)

    async def ListBackorderLimits(
        self, request: pb.ListBackorderLimitsRequest, call: Call
    ) -> pb.ListBackorderLimitsResponse:
        limits = await self._desk.read(call, self._desk.queries.purchases.list_backorder_limits)
        return pb.ListBackorderLimitsResponse(
            limits=[pb.BackorderLimit(sku=sku, units=units) for sku, units in limits]
        )

    async def ListBackorders(
        self, request: pb.ListBackordersRequest, call: Call
    ) -> pb.ListBackordersResponse:
        command, tiers, limit = list_backorders(request)
        stock, _ = await self._desk.ask(command, call, PromisableFound)
        (row,) = stock.rows
        found = await self._desk.read(call, self._desk.queries.backorders.list_backorders, row, tiers, limit)
        return pb.ListBackordersResponse(
            backorders=list(map(backorder_message, found)), ledger_position=stock.ledger_position
        )

    async def GetAvailableToPromise(
        self, request: pb.GetAvailableToPromiseRequest, call: Call
    ) -> pb.GetAvailableToPromiseResponse:
        answer, _ = await self._desk.ask(get_available_to_promise(request), call, PromisableFound)
        return promisable_response(answer)
