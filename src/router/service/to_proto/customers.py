"""Customers with their orders, and recipients."""

from router.api.messages.times import timestamp
from router.api.v1 import customers_pb2, order_pb2
from router.app.customers.customer_queries import FoundCustomer
from router.domain.recipient import Recipient
from router.service.to_proto.orders import record_message


def recipient_message(recipient: Recipient | None) -> order_pb2.Recipient | None:
    if recipient is None:
        return None
    return order_pb2.Recipient(
        name=recipient.name,
        company=recipient.company,
        street_lines=recipient.street_lines,
        city=recipient.city,
        email=recipient.email,
        phone=recipient.phone,
        language=recipient.language,
        notice_ways=recipient.notice_ways,
    )


def customer_response(customer_id: str, found: FoundCustomer) -> customers_pb2.GetCustomerResponse:
    return customers_pb2.GetCustomerResponse(
        customer_id=customer_id,
        orders=[
            customers_pb2.CustomerOrder(
                record=record_message(one.record), recipient=recipient_message(one.recipient)
            )
            for one in found.orders.items
        ],
        next_page_token=found.orders.next_page_token,
        same_customer_ids=found.same_ids,
        erase_time=None if found.erase_time is None else timestamp(found.erase_time),
    )
