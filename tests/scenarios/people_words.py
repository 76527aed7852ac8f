"""The words of scenarios about people: customers, their addresses, what they are promised and what they can follow."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from router.api.messages.times import optional_date
from router.api.v1 import customers_pb2, purchasing_pb2, returns_pb2, routing_pb2, tracking_pb2
from router.app.commands.questions import GetAvailableToPromise
from router.app.customers.address_check import report_of
from router.connectors.address_judge import judge_address
from router.service.from_proto.addresses import address_of, contact_of
from router.service.from_proto.orders import quote_promise
from router.service.from_proto.purchasing import suggest_purchases
from router.service.from_proto.returns import label_of
from router.service.from_proto.tracking import tracking_name
from router.service.to_proto.addresses import address_response
from router.service.to_proto.customers import customer_response
from router.service.to_proto.fulfillment import shipment_message
from router.service.to_proto.promises import promises_response
from router.service.to_proto.purchasing import suggestions_response
from router.service.to_proto.tracking import report_message
from tests.scenarios.words import Core, Look, asked


def see_customer(core: Core, request: Any) -> customers_pb2.GetCustomerResponse:
    found = core.application.queries.customers.get_customer(request.customer_id, 0, "")
    return customer_response(request.customer_id, found)


def find_customers(core: Core, request: Any) -> customers_pb2.FindCustomersResponse:
    found = core.application.queries.customers.find_customers(*contact_of(request))
    return customers_pb2.FindCustomersResponse(customer_ids=found)


def check_address(core: Core, request: Any) -> customers_pb2.CheckAddressResponse:
    network = core.application.queries.documents.get_network().network
    return address_response(report_of(judge_address, network, *address_of(request)))


def see_tracking(core: Core, request: Any) -> tracking_pb2.GetTrackingResponse:
    record = core.application.queries.shipments.get_tracking(*tracking_name(request))
    journey = record.account.journey
    return tracking_pb2.GetTrackingResponse(
        record=shipment_message(record),
        reports=map(report_message, journey.reports),
        expected_date=optional_date(journey.eta_day),
    )


def see_promise(core: Core, request: Any) -> routing_pb2.QuotePromiseResponse:
    return promises_response(asked(core, quote_promise(request, core.clock.now())))


def see_suggestions(core: Core, request: Any) -> purchasing_pb2.SuggestPurchasesResponse:
    command, policy, only = suggest_purchases(request)
    suggester = core.application.queries.suggester
    page = GetAvailableToPromise(skus=command.skus or suggester.skus())
    return suggestions_response(suggester.suggest(replace(asked(core, page)), policy, only))


def see_return_label(core: Core, request: Any) -> returns_pb2.GetReturnLabelResponse:
    return_id, paper = label_of(request)
    labels = core.application.queries.returns.label(return_id)
    return returns_pb2.GetReturnLabelResponse(content=paper.draw(labels), media_type=paper.media_type)


PEOPLE_LOOKS: Mapping[str, Look] = {
    "customer": Look("customers", "GetCustomer", "customer_id", see_customer),
    "customers": Look("customers", "FindCustomers", "email", find_customers),
    "address": Look("customers", "CheckAddress", "", check_address),
    "tracking": Look("tracking", "GetTracking", "shipment_id", see_tracking),
    "promise": Look("routing", "QuotePromise", "order", see_promise),
    "suggested purchases": Look("purchasing", "SuggestPurchases", "", see_suggestions),
    "return label": Look("returns", "GetReturnLabel", "return_id", see_return_label),
}
