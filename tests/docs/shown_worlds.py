"""The servers on which pages were written: what each holds before the first command of the page is typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from google.protobuf.json_format import Parse

from router.api.v1 import network_pb2, orders_pb2, payments_pb2
from tests.docs.shown import printed
from tests.docs.shown_world import DAY, World, a_shop, an_american_order, text_of, the_demo
from tests.scenarios.beside import Beside
from tests.service.builders import a_network, an_order, on_account


@contextmanager
def picking(folder: Path) -> Iterator[World]:
    with the_demo(200, "2026-11-29T09:13:50+00:00") as world:
        world.route_order(an_american_order("P-1", "75201", {"AUD-0039": 2, "BEA-0066": 1, "PHO-0020": 1}))
        yield world


@contextmanager
def picking_at_a_terminal(folder: Path) -> Iterator[World]:
    with the_demo(20, "2026-11-29T09:13:50+00:00") as world:
        world.route_order(an_american_order("P-1", "60601", {"AUD-0039": 2, "BEA-0066": 1}))
        yield world


@contextmanager
def promises(folder: Path) -> Iterator[World]:
    with the_demo(0, "2026-11-28T09:00:00+00:00") as world:
        yield world


@contextmanager
def unit_costs(folder: Path) -> Iterator[World]:
    """Two phones are ordered, and nobody said what one costs."""
    chart = folder / "chart.yaml"
    chart.write_text(text_of("docs/accounting.md", "yaml", "recognize"), encoding="utf-8")
    (folder / "costs.csv").write_text("sku,unit_cost_minor\nPHO-0001,41000\n", encoding="utf-8")
    with the_demo(0, "2026-11-28T23:32:25+00:00", payments="fake", chart=chart) as world:
        order = an_american_order("A-1", "60601", {"PHO-0001": 2})
        order.lines[0].unit_price_minor = 59_900
        world.route_order(order)
        yield world


@contextmanager
def accounting(folder: Path) -> Iterator[World]:
    """The phones are sold, and a part of the money goes back, a second after the other."""
    with unit_costs(folder) as world:
        world.type("accounting costs costs.csv")
        world.clock.go_on(1)
        world.pay("A-1", 130_000)
        world.clock.go_on(1)
        world.send("A-1")
        world.clock.go_on(1)
        world.client.payments.CapturePayment(
            payments_pb2.CapturePaymentRequest(payment_id="P-1", shipment_id="A-1/1", request_id="take")
        )
        world.clock.go_on(1)
        world.client.payments.RefundPayment(
            payments_pb2.RefundPaymentRequest(
                payment_id="P-1", amount_minor=5_000, reason_code="GOODWILL", request_id="back"
            )
        )
        yield world


@contextmanager
def files(folder: Path) -> Iterator[World]:
    rows = ("AUD-0001,500", "AUD-0002,heavy", *(f"NEW-{number},500" for number in range(3)), "AUD-0001,500")
    (folder / "new.csv").write_text("\n".join(("sku,weight_grams", *rows, "")), encoding="utf-8")
    with the_demo(0) as world:
        yield world


@contextmanager
def columns(folder: Path) -> Iterator[World]:
    with the_demo(0) as world:
        yield world


@contextmanager
def carriers(folder: Path) -> Iterator[World]:
    """A shipment of `WH-EDISON` that its node may begin on."""
    with the_demo(0) as world:
        world.route_order(an_american_order("A-1", "10001", {"PHO-0001": 1}))
        world.type("pick release A-1/1")
        yield world


@contextmanager
def channels(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {"RED-CLOCK": 50}}) as world:
        yield world


@contextmanager
def intake(folder: Path) -> Iterator[World]:
    (folder / "orders.csv").write_text(
        "order_number,place_time,sku,quantity,country,postal_code\n"
        "A-1,2026-03-02T09:00:00+01:00,RED-CLOCK,1,FR,69001\n"
        "A-1,2026-03-02T09:00:00+01:00,TIN-LAMP,2,FR,69001\n"
        "A-2,2026-03-02T09:01:00+01:00,RED-CLOCK,1,FR,69001\n"
        "A-2,2026-03-02T09:01:00+01:00,TIN-LAMP,one,FR,69001\n"
        "A-3,2026-03-02 09:05,RED-CLOCK,1,FR,69001\n",
        encoding="utf-8",
    )
    with a_shop({"LYON": {"RED-CLOCK": 50, "TIN-LAMP": 50}}) as world:
        yield world


@contextmanager
def payments(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {"RED-CLOCK": 50}}, payments="fake") as world:
        world.route("A-1", {"RED-CLOCK": 1})
        yield world


@contextmanager
def returns(folder: Path) -> Iterator[World]:
    policies = text_of("docs/returns.md", "yaml", "return_policies")
    (folder / "policies.yaml").write_text(policies, encoding="utf-8")
    with a_shop(
        {"LYON": {"RED-CLOCK": 41}, "LILLE": {"RED-CLOCK": 2}}, "2026-11-28T12:00:00+00:00", payments="fake"
    ) as world:
        world.route("A-1", {"RED-CLOCK": 3})
        world.pay("A-1", 3 * 1_999, captured_minor=3 * 1_999)
        world.send("A-1")
        world.deliver("A-1")
        yield world


def put_suppliers(world: World) -> None:
    body = text_of("docs/supply.md", "json", '{"requestId": "suppliers-1"')
    assert "supplierCount" in printed(["call", "PutSuppliers", body], world.client.address)


@contextmanager
def buying(folder: Path) -> Iterator[World]:
    """Eight weeks in which clocks were sold every day, the last ones on the last day."""
    with a_shop({"LYON": {"RED-CLOCK": 280}}, "2026-10-04T09:00:00+00:00") as world:
        for day in range(56):
            world.route(f"D-{day}", {"RED-CLOCK": 3 + (day * 7) % 5})
            world.clock.go_on(DAY)
        world.route("A-1", {"RED-CLOCK": 5})
        put_suppliers(world)
        yield world


@contextmanager
def to_come(folder: Path) -> Iterator[World]:
    """360 clocks are to come, three wait."""
    with a_shop({"LYON": {"RED-CLOCK": 3}}) as world:
        world.route("A-1", {"RED-CLOCK": 6})
        put_suppliers(world)
        world.type("purchase place acme RED-CLOCK=360 --id po-7")
        world.type("purchase acknowledge po-7 --expected 2026-12-07")
        yield world


@contextmanager
def waiting(folder: Path) -> Iterator[World]:
    """Of 54 clocks to come 49 are promised to somebody already."""
    with a_shop({"LYON": {}, "LILLE": {"RED-CLOCK": 0}}, tiers=("GOLD",)) as world:
        world.route("A-7", {"RED-CLOCK": 52})
        world.route("A-8", {"RED-CLOCK": 3}, tier="GOLD")
        world.route("A-9", {"RED-CLOCK": 2}, promise_date="2026-12-10")
        put_suppliers(world)
        world.type("purchase place acme RED-CLOCK=54 --id po-7")
        world.type("purchase acknowledge po-7 --expected 2026-12-07")
        yield world


@contextmanager
def moving_first(folder: Path) -> Iterator[World]:
    """A lamp in Lyon, a clock in Lille, and a truck between them."""
    network = a_network()
    lane = text_of("docs/supply.md", "json", '{"fromNodeId"')
    network.transfer_lanes.append(Parse(lane, network_pb2.TransferLane()))
    with a_shop({"LYON": {"TIN-LAMP": 5}, "LILLE": {"RED-CLOCK": 5}}) as world:
        world.client.network.PutNetwork(network_pb2.PutNetworkRequest(network=network, request_id="lanes"))
        world.route("A-7", {"RED-CLOCK": 1, "TIN-LAMP": 1})
        yield world


@contextmanager
def metrics(folder: Path) -> Iterator[World]:
    """Two orders arrive after a day, one from another node after four."""
    stock = {"LYON": {"RED-CLOCK": 9}, "LILLE": {"TIN-LAMP": 9}}
    with a_shop(stock, "2026-11-16T12:00:00+00:00", rules=(paid(folder),)) as world:
        world.route("S-1", {"RED-CLOCK": 2}, channel="store")
        world.route("W-1", {"RED-CLOCK": 1})
        late = an_order("W-2", {"TIN-LAMP": 1}, postal_code="75001")
        world.route_order(late)
        for order_id in ("S-1", "W-1", "W-2"):
            world.send(order_id)
        world.clock.go_on(DAY)
        world.deliver("S-1")
        world.deliver("W-1")
        world.clock.go_on(3 * DAY)
        world.deliver("W-2")
        yield world


def paid(folder: Path) -> Path:
    """Rules by which goods leave unpaid."""
    (folder / "paid.yaml").write_text(on_account(), encoding="utf-8")
    return folder / "paid.yaml"


@contextmanager
def known_again(folder: Path) -> Iterator[World]:
    """One person who ordered in two channels."""
    with a_shop({"LYON": {"RED-CLOCK": 9}}) as world:
        for customer_id, order_id in (("shop-7", "A-1"), ("market-9", "A-2"), ("c-7f3a", "A-3")):
            order = an_order(order_id)
            order.customer_id = customer_id
            order.recipient.name = "Ann Example"
            order.recipient.email = "ann@example.org" if order_id != "A-3" else "ann@example.com"
            world.route_order(order)
        yield world


@contextmanager
def on_its_way(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {"RED-CLOCK": 9}}, rules=(paid(folder),)) as world:
        world.route("A-1", {"RED-CLOCK": 1})
        world.client.orders.DispatchShipment(
            orders_pb2.DispatchShipmentRequest(shipment_id="A-1/1", tracking_number="1Z999", request_id="go")
        )
        yield world


@contextmanager
def to_be_looked_at(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {"RED-CLOCK": 9}}) as world:
        world.route("A-1", {"RED-CLOCK": 1})
        yield world


@contextmanager
def to_be_edited(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {"RED-CLOCK": 9, "LAMP": 9}}) as world:
        world.route("A-1", {"RED-CLOCK": 2})
        yield world


@contextmanager
def late(folder: Path) -> Iterator[World]:
    with a_shop({"LYON": {}, "LILLE": {"RED-CLOCK": 0}}) as world:
        world.route("A-7", {"RED-CLOCK": 1}, promise_date="2026-12-02")
        yield world


@contextmanager
def not_renewed(folder: Path) -> Iterator[World]:
    """The provider does not renew what runs out tomorrow."""
    with a_shop({"LYON": {"RED-CLOCK": 9}}, payments="fake") as world:
        world.route("A-1", {"RED-CLOCK": 1})
        world.pay("A-1", 5_000, token=f"once:{7 * DAY}")
        collector = Beside(world.application)
        collector.collect("A-1")
        world.clock.go_on(6 * DAY + 1)
        collector.collect("A-1")
        yield world
