"""`router payment`: what was promised, taken and given back."""

import time
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json, say_more
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.payments_pb2 import Payment


@click.group(cls=Group)
def payment() -> None:
    """Payments of orders, and gift accounts."""


@payment.command("list")
@click.option("--order", "order_id", default="", metavar="ID", help="Only payments of this order.")
@click.option(
    "--gift", "gift_account_id", default="", metavar="ID", help="Only payments from this gift account."
)
@click.option(
    "--expiring",
    "hours",
    type=click.IntRange(0, 8_760),
    metavar="HOURS",
    help="Only what runs out within so many hours.",
)
@click.option(
    "--declined",
    is_flag=True,
    help="Only what a provider did not capture, void, refund or renew when asked to.",
)
@page_options
@client_options
def list_payments(
    order_id: str,
    gift_account_id: str,
    hours: int | None,
    declined: bool,
    limit: int,
    page_token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """List payments, oldest first."""
    from router.api.v1.payments_pb2 import ListPaymentsRequest
    from router.api.v1.payments_pb2_grpc import PaymentsServiceStub

    request = ListPaymentsRequest(
        page_size=limit,
        page_token=page_token,
        order_id=order_id,
        gift_account_id=gift_account_id,
        act_declined=declined,
    )
    if hours is not None:
        request.expires_by.FromSeconds(int(time.time()) + 3_600 * hours)
    with connected(address, tls_ca) as channel:
        page = PaymentsServiceStub(channel).ListPayments(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(payments=[as_dict(one) for one in page.payments], next_page_token=page.next_page_token)
        return
    table = plain_table(
        "payment",
        "order",
        "method",
        "state",
        ">asked",
        ">authorized",
        ">captured",
        ">released",
        ">refunded",
        "runs out",
        "declined",
    )
    for one in page.payments:
        amounts = (
            one.asked_minor,
            one.authorized_minor,
            one.captured_minor,
            one.released_minor,
            one.refunded_minor,
        )
        table.add_row(
            one.payment_id,
            one.order_id,
            enum_word(one, "method"),
            enum_word(one, "state"),
            *(amount_text(amount, one.currency) if amount else "–" for amount in amounts),
            one.expire_time.ToJsonString() if one.HasField("expire_time") and one.open_minor else "–",
            said_no(one),
        )
    console().print(table)
    say_more(page.next_page_token)


def said_no(one: "Payment") -> str:
    """Why the provider did not authorize it, or what it said no to last."""
    if one.declined_act:
        return f"{enum_word(one, 'declined_act')}: {one.declined_act_code}"
    return one.decline_code or "–"


@payment.command("gifts")
@page_options
@client_options
def list_gift_accounts(limit: int, page_token: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """List gift accounts by id: what each has, and what is held for payments besides."""
    from router.api.v1.payments_pb2 import ListGiftAccountsRequest
    from router.api.v1.payments_pb2_grpc import PaymentsServiceStub

    request = ListGiftAccountsRequest(page_size=limit, page_token=page_token)
    with connected(address, tls_ca) as channel:
        page = PaymentsServiceStub(channel).ListGiftAccounts(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(
            gift_accounts=[as_dict(one) for one in page.gift_accounts], next_page_token=page.next_page_token
        )
        return
    table = plain_table("gift account", ">balance", ">held", ">currency")
    for one in page.gift_accounts:
        amounts = (amount_text(amount, one.currency) for amount in (one.balance_minor, one.held_minor))
        table.add_row(one.gift_account_id, *amounts, one.currency)
    console().print(table)
    say_more(page.next_page_token)
