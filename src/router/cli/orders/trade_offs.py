"""`router order trade-offs`: what an order could have had instead."""

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.orders.wave_trade_offs import SECONDS, fetch_wave_trade_offs, show_wave_trade_offs
from router.cli.output import as_dict, console, plain_table, print_json
from router.domain.currency import amount_text


@click.command("trade-offs")
@click.argument("order_ids", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--seconds",
    default=SECONDS,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Of several orders: end the search after so many seconds.",
)
@client_options
def trade_offs(
    order_ids: tuple[str, ...], seconds: int, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Say what an order could have had instead: cheaper, sooner or in fewer shipments; and what its limits cost it.

    Several orders that were decided together are weighed up together, with CO2e: what each point of their front is
    proven to cost at least, and what one more unit of what runs short would save.
    """
    from router.api.v1.routing_pb2 import ListTradeOffsRequest
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.cli.orders.order import currency_of
    from router.service.money import round_half_even

    if len(order_ids) > 1:
        with connected(address, tls_ca) as channel:
            together = fetch_wave_trade_offs(channel, order_ids, seconds)
            currency = currency_of(channel)
        if as_json:
            print_json(**as_dict(together), currency=currency)
        else:
            show_wave_trade_offs(together, currency)
        return
    with connected(address, tls_ca) as channel:
        request = ListTradeOffsRequest(order_id=order_ids[0])
        answer = RoutingServiceStub(channel).ListTradeOffs(request, timeout=TIMEOUT_SECONDS)
        currency = currency_of(channel)
    if as_json:
        print_json(**as_dict(answer), currency=currency)
        return
    table = plain_table(">cost", ">shipments", ">left out", ">kg CO2e", "last arrives", "from", "")
    for one in answer.trade_offs:
        table.add_row(
            amount_text(round_half_even(one.cost_milli), currency),
            f"{one.shipment_count:,}",
            f"{one.unshipped_units:,}",
            f"{one.co2e_milligrams / 1_000_000:,.3f}" if one.co2e_milligrams else "–",
            one.last_delivery_date or "–",
            ", ".join(one.node_ids) or "nowhere",
            "" if one.proven else "not proven",
        )
    console().print(table)
    for price in answer.limit_prices:
        saved = amount_text(round_half_even(price.saving_milli), currency)
        doubt = "" if price.proven else " (not proven)"
        console().print(
            f"without the limit of {price.limit.replace('_', ' ')}: {saved} {currency} less{doubt}"
        )
