"""Customers: what is known of them, and its end."""

from router.api.messages.times import timestamp
from router.api.v1 import customers_pb2 as pb
from router.app.answers.orders import CustomerErased
from router.app.customers.address_check import AddressReport, report_of
from router.domain.order import Destination
from router.domain.recipient import Recipient
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.addresses import address_of, contact_of
from router.service.from_proto.customers import erase_customer
from router.service.from_proto.keys import name_of
from router.service.to_proto.addresses import address_response
from router.service.to_proto.customers import customer_response, recipient_message


class CustomersService:
    """See `customers.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetCustomer(self, request: pb.GetCustomerRequest, call: Call) -> pb.GetCustomerResponse:
        customer_id = name_of(request.customer_id, "customer_id")
        found = await self._desk.read(
            call,
            self._desk.queries.customers.get_customer,
            customer_id,
            request.page_size,
            request.page_token,
        )
        return customer_response(customer_id, found)

    async def FindCustomers(self, request: pb.FindCustomersRequest, call: Call) -> pb.FindCustomersResponse:
        email, phone = contact_of(request)
        found = await self._desk.read(call, self._desk.queries.customers.find_customers, email, phone)
        return pb.FindCustomersResponse(customer_ids=found)

    async def GetRecipient(self, request: pb.GetRecipientRequest, call: Call) -> pb.GetRecipientResponse:
        order_id = name_of(request.order_id, "order_id")
        found = await self._desk.read(call, self._desk.queries.customers.find_recipient, order_id)
        return pb.GetRecipientResponse(recipient=recipient_message(found))

    async def CheckAddress(self, request: pb.CheckAddressRequest, call: Call) -> pb.CheckAddressResponse:
        to, destination = address_of(request)
        report = await self._desk.read(call, self._look, to, destination)
        return address_response(report)

    def _look(self, to: Recipient, destination: Destination) -> AddressReport:
        return report_of(
            self._desk.judge, self._desk.queries.documents.get_network().network, to, destination
        )

    async def EraseCustomer(self, request: pb.EraseCustomerRequest, call: Call) -> pb.EraseCustomerResponse:
        answer, replayed = await self._desk.ask(erase_customer(request), call, CustomerErased)
        return pb.EraseCustomerResponse(
            customer_id=answer.customer_id, erase_time=timestamp(answer.erase_time), replayed=replayed
        )
