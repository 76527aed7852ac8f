"""All services of the contract, by their full names: a new one is a file and a line here."""

from collections.abc import Mapping

from router.service.accounting_service import AccountingService
from router.service.carriers_service import CarriersService
from router.service.channels_service import ChannelsService
from router.service.columns_service import ColumnsService
from router.service.customers_service import CustomersService
from router.service.delays_service import DelaysService
from router.service.desk import Desk
from router.service.events_service import EventsService
from router.service.feeds_service import FeedsService
from router.service.fulfillment_service import FulfillmentService
from router.service.inventory_service import InventoryService
from router.service.ledger_service import LedgerService
from router.service.metrics_service import MetricsService
from router.service.network_service import NetworkService
from router.service.orders_service import OrdersService
from router.service.payments_service import PaymentsService
from router.service.purchasing_service import PurchasingService
from router.service.reservations_service import ReservationsService
from router.service.resources_service import ResourcesService
from router.service.returns_service import ReturnsService
from router.service.routing_service import RoutingService
from router.service.rules_service import RulesService
from router.service.tracking_service import TrackingService


def servicers(desk: Desk) -> Mapping[str, object]:
    return {
        "router.api.v1.RoutingService": RoutingService(desk),
        "router.api.v1.ColumnsService": ColumnsService(desk),
        "router.api.v1.OrdersService": OrdersService(desk),
        "router.api.v1.FulfillmentService": FulfillmentService(desk),
        "router.api.v1.CarriersService": CarriersService(desk),
        "router.api.v1.TrackingService": TrackingService(desk),
        "router.api.v1.DelaysService": DelaysService(desk),
        "router.api.v1.CustomersService": CustomersService(desk),
        "router.api.v1.ChannelsService": ChannelsService(desk),
        "router.api.v1.PaymentsService": PaymentsService(desk),
        "router.api.v1.PurchasingService": PurchasingService(desk),
        "router.api.v1.ReturnsService": ReturnsService(desk),
        "router.api.v1.AccountingService": AccountingService(desk),
        "router.api.v1.InventoryService": InventoryService(desk),
        "router.api.v1.ReservationsService": ReservationsService(desk),
        "router.api.v1.FeedsService": FeedsService(desk),
        "router.api.v1.NetworkService": NetworkService(desk),
        "router.api.v1.ResourcesService": ResourcesService(desk),
        "router.api.v1.RulesService": RulesService(desk),
        "router.api.v1.EventsService": EventsService(desk),
        "router.api.v1.MetricsService": MetricsService(desk),
        "router.api.v1.LedgerService": LedgerService(desk),
    }
