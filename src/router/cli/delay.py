"""`router delay`: which orders are late, what their customers were told, and what they say to it."""

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json, say_more

if TYPE_CHECKING:
    from collections.abc import Iterable

    from router.api.v1.delays_pb2 import Delay

STATES = ("EXPECTED", "TOLD", "ASKED", "AGREED", "CANCELED", "REFUNDED", "OVER")


@click.group(cls=Group)
def delay() -> None:
    """Delays of what has not left yet, and the customers' say in them."""


@delay.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only delays in this state.")
@page_options
@client_options
def list_delays(
    state: str | None, limit: int, page_token: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """List delays, those found first first."""
    from router.api.v1.delays_pb2 import DelayState, ListDelaysRequest
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub

    request = ListDelaysRequest(
        page_size=limit,
        page_token=page_token,
        state=DelayState.Value(f"DELAY_STATE_{state or 'UNSPECIFIED'}"),
    )
    with connected(address, tls_ca) as channel:
        page = DelaysServiceStub(channel).ListDelays(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(delays=[as_dict(one) for one in page.delays], next_page_token=page.next_page_token)
        return
    show_delays(page.delays)
    say_more(page.next_page_token)


@delay.command()
@click.argument("order_id", metavar="ID")
@click.option("--expected", default="", metavar="DATE", help="When it leaves now; without it nobody can say.")
@click.option("--reason", required=True, metavar="CODE", help="Why, a code of your own.")
@client_options
def report(
    order_id: str, expected: str, reason: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Report that what has not left of an order leaves later; its customer is told at once."""
    from router.api.v1.delays_pb2 import ReportDelayRequest
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub

    request = ReportDelayRequest(
        order_id=order_id, expected_date=expected, reason_code=reason, request_id=str(uuid4())
    )
    with connected(address, tls_ca) as channel:
        answer = DelaysServiceStub(channel).ReportDelay(request, timeout=TIMEOUT_SECONDS)
    show_one(answer.delay, as_json=as_json)


@delay.command()
@click.argument("order_id", metavar="ID")
@click.argument("said", type=click.Choice(["consent", "cancel"]))
@click.option(
    "--notice", default=0, metavar="NUMBER", help="Which notice is answered.  [default: the last one]"
)
@client_options
def answer(order_id: str, said: str, notice: int, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Take a customer's answer: wait for it, or cancel what has not left and give its money back."""
    from router.api.v1.delays_pb2 import AnswerDelayRequest, DelayAnswer
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub

    request = AnswerDelayRequest(
        order_id=order_id,
        answer=DelayAnswer.Value(f"DELAY_ANSWER_{said.upper()}"),
        notice_number=notice,
        request_id=str(uuid4()),
    )
    with connected(address, tls_ca) as channel:
        answered = DelaysServiceStub(channel).AnswerDelay(request, timeout=TIMEOUT_SECONDS)
    show_one(answered.delay, as_json=as_json)


@delay.command()
@client_options
def detect(address: str, tls_ca: str | None, as_json: bool) -> None:
    """Look for orders that missed their day and shipments that come after theirs; `serve --delays` does so itself."""
    from router.api.v1.delays_pb2 import DetectDelaysRequest
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub

    delays: list[Delay] = []
    shipment_ids: list[str] = []
    token, is_first = "", True
    with connected(address, tls_ca) as channel:
        while token or is_first:
            is_first = False
            request = DetectDelaysRequest(page_token=token, request_id=str(uuid4()))
            found = DelaysServiceStub(channel).DetectDelays(request, timeout=TIMEOUT_SECONDS)
            delays.extend(found.delays)
            shipment_ids.extend(found.shipment_ids)
            token = found.next_page_token
    if as_json:
        print_json(delays=[as_dict(one) for one in delays], shipment_ids=shipment_ids)
        return
    show_delays(delays)
    for shipment_id in shipment_ids:
        console().print(f"{shipment_id} comes later than promised")
    if not delays and not shipment_ids:
        console().print("nothing is newly late")


def show_one(one: "Delay", *, as_json: bool) -> None:
    if as_json:
        print_json(delay=as_dict(one))
    else:
        show_delays([one])


def show_delays(delays: "Iterable[Delay]") -> None:
    table = plain_table("order", "state", "notice", "promised", "expected", "answer by", "why")
    for one in delays:
        table.add_row(
            one.order_id,
            enum_word(one, "state"),
            str(one.notice_number),
            one.promised_date,
            one.expected_date or "nobody can say",
            one.answer_date or "–",
            one.cause or "–",
        )
    console().print(table)
