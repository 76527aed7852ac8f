"""Notices: who is told, in which words, and what becomes of one that cannot be handed over."""

import asyncio
import gc
import json
import random
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from router.app.commands.documents import PutProducts
from router.app.records.events import Event
from router.connectors.engine_post import EnginePost
from router.connectors.notices.mail import Mail
from router.connectors.notices.notice_sink import NoticeSink, Way
from router.connectors.notices.options import MailOptions, NoticeOptions, SmsOptions
from router.connectors.notices.sms import Sms
from router.connectors.notices.told import NOTICES, Told, ToldDelay, ToldReturn, ToldShipment, ToldUnits
from router.connectors.notices.told_order import told_of
from router.connectors.notices.wording import LANGUAGES, Wording
from router.connectors.payments.fake import FakeProvider
from router.connectors.relay import Relay
from router.connectors.sink import Delivered, Failed, Outcome
from router.connectors.sinks_file import SinkPlan
from router.domain.identifiers import OrderId
from router.domain.recipient import Recipient
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import Notice as NoticeKind
from router.ledger.tracking import CarrierStatus
from tests.app.builders import Shop, StandingClock, a_shop, digest, order_for
from tests.app.fulfillment_builders import a_report, leave, miss, pick, release, start_wave
from tests.app.payment_builders import PayingShop
from tests.app.return_builders import DAY_SECONDS, authorize, deliver, first_scan, put_policy, receive, refund
from tests.app.test_tracking import record
from tests.connectors.builders import an_event
from tests.connectors.endpoint import Endpoint, an_endpoint
from tests.connectors.mail_server import MailServer, a_mail_server
from tests.connectors.test_relay import until
from tests.routing.builders import a_product, an_order, day

ADA = Recipient(name="Ada Lovelace", email="ada@example.com", phone="+33612345678")
TOLD = Told(
    order_id="A-1",
    recipient=ADA,
    lines=(ToldUnits(sku="RED-CLOCK", quantity=2), ToldUnits(sku="TIN-LAMP", quantity=1)),
    shipments=(
        ToldShipment(
            shipment_id="A-1/1",
            service_level_id="POSTE/COLIS",
            delivery_date="2026-11-18",
            units=(ToldUnits(sku="RED-CLOCK", quantity=2),),
        ),
    ),
    waiting=(ToldUnits(sku="TIN-LAMP", quantity=1),),
)
RETURNED = ToldReturn(
    return_id="R-1",
    node_id="lyon",
    units=(ToldUnits(sku="RED-CLOCK", quantity=1),),
    received=(ToldUnits(sku="RED-CLOCK", quantity=1),),
    refunded="18.00 EUR",
    send_by="2026-12-01",
)
ROUTED = an_event(7)
LEFT = an_event(8, kind=EventKind.SHIPMENT_DISPATCHED, subject="A-1/1")


class Shelf:
    """Orders by name."""

    def __init__(self, *orders: Told) -> None:
        self._orders: Mapping[str, Told] = {one.order_id: one for one in orders}

    async def find_order(self, order_id: str, shipment_id: str, return_id: str) -> Told | None:
        told = self._orders.get(order_id)
        if told is None or not shipment_id:
            return told
        return replace(told, shipment=next(one for one in told.shipments if one.shipment_id == shipment_id))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with a_mail_server() as one:
        yield one


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with an_endpoint() as one:
        yield one


def by_mail(server: MailServer) -> MailOptions:
    return MailOptions(
        host="127.0.0.1", port=server.port, encryption="none", sender="Clocks <orders@clocks.example>"
    )


def tell(way: MailOptions | SmsOptions, *events: Event, told: Told = TOLD, **wording: Any) -> Outcome:
    async def run() -> Outcome:
        open_way: Way = Mail(way) if isinstance(way, MailOptions) else Sms(way)
        words = Wording(**{"shop": "Clocks", "language": "en", **wording})
        sink = NoticeSink(open_way, Shelf(told), words)
        outcomes = [await sink.deliver([event]) for event in events]
        await sink.close()
        return outcomes[-1]

    return asyncio.run(run())


def for_person(**changes: Any) -> Told:
    return replace(TOLD, recipient=replace(ADA, **changes))


def test_an_order_is_confirmed_and_its_shipment_told(server: MailServer) -> None:
    assert tell(by_mail(server), ROUTED, LEFT) == Delivered()
    confirmation, shipment = server.received

    assert confirmation["To"] == "Ada Lovelace <ada@example.com>"
    assert confirmation["From"] == "Clocks <orders@clocks.example>"
    assert confirmation["Subject"] == "Your order A-1 at Clocks"
    assert confirmation["Auto-Submitted"] == "auto-generated"
    text = confirmation.get_content()  # type: ignore[attr-defined]
    assert "Arrives by 2026-11-18:\n  2 x RED-CLOCK" in text.replace("\r\n", "\n")
    assert "1 x TIN-LAMP" in text
    assert "A-1/1 has left and arrives by 2026-11-18" in shipment.get_content()  # type: ignore[attr-defined]


def test_a_notice_that_is_sent_again_has_the_same_identity_and_no_other_has_it(server: MailServer) -> None:
    tell(by_mail(server), ROUTED, ROUTED, LEFT)
    first, again, other = (message["Message-ID"] for message in server.received)

    assert first == again != other


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("de-AT", "Ihre Bestellung A-1 bei Clocks"),
        ("DE", "Ihre Bestellung A-1 bei Clocks"),
        ("FR-ca", "Votre commande A-1 chez Clocks"),
        ("fr", "Votre commande A-1 chez Clocks"),
        ("xx", "Your order A-1 at Clocks"),
    ],
)
def test_people_are_told_in_their_language(server: MailServer, language: str, subject: str) -> None:
    tell(by_mail(server), ROUTED, told=for_person(language=language))

    assert server.received[0]["Subject"] == subject


def test_every_notice_has_words_in_every_language() -> None:
    wording = Wording("Clocks", "en")
    assert set(NOTICES.values()) == set(NoticeKind)
    about = replace(TOLD.shipments[0], tracking_number="1Z999")
    for kind in NoticeKind:
        texts = {
            wording.write(kind, replace(for_person(language=one), shipment=about, returned=RETURNED))
            for one in LANGUAGES
        }
        assert len(texts) == len(LANGUAGES), kind
        assert all("{" not in subject + text and "RED-CLOCK" in text for subject, text in texts)
        assert all(text.endswith("\n\nClocks\n") for _, text in texts), kind


@pytest.mark.parametrize(
    "told",
    [
        replace(TOLD, recipient=None),
        for_person(notice_ways=("none",)),
        for_person(notice_ways=("sms",)),
        for_person(email=""),
    ],
)
def test_who_cannot_or_will_not_be_told_by_mail_is_not(server: MailServer, told: Told) -> None:
    assert tell(by_mail(server), ROUTED, told=told) == Delivered()
    assert server.received == []


def test_of_what_concerns_no_customer_nobody_is_told(server: MailServer) -> None:
    assert tell(by_mail(server), an_event(9, order_id="")) == Delivered()
    assert server.received == []


def test_an_address_that_is_not_there_is_no_failure_of_the_sink(server: MailServer) -> None:
    server.refused["ada@example.com"] = "550 nobody here"

    assert tell(by_mail(server), ROUTED) == Delivered()
    assert server.received == []


@pytest.mark.parametrize("answer", ["451 later", "452 full"])
def test_what_the_server_puts_off_is_tried_again(server: MailServer, answer: str) -> None:
    server.answer = answer
    outcome = tell(by_mail(server), ROUTED)

    assert isinstance(outcome, Failed)
    assert answer.partition(" ")[0] in outcome.error
    server.refused["ada@example.com"] = "450 busy"
    assert isinstance(tell(by_mail(server), ROUTED), Failed)


def test_a_server_that_is_not_there_is_a_failure() -> None:
    options = MailOptions(host="127.0.0.1", port=1, encryption="none", sender="orders@clocks.example")

    outcome = tell(options, ROUTED)

    assert isinstance(outcome, Failed)
    assert "cannot be reached" in outcome.error


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_the_login_travels_encrypted_to_a_server_that_is_who_it_says(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(tls)
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(trusted)
    with a_mail_server(tls) as server:
        options = MailOptions(
            host="localhost",
            port=server.port,
            sender="orders@clocks.example",
            user="clocks",
            password="secret",
            tls_ca=trusted,
            timeout_seconds=2,
        )
        assert tell(options, ROUTED) == Delivered()
        assert server.logins == [(b"clocks", b"secret")]
        assert isinstance(tell(replace(options, password="guess"), ROUTED), Failed)
        assert isinstance(tell(replace(options, tls_ca=None), ROUTED), Failed)
        assert len(server.received) == 1
    # The mail library leaves a connection to the collector when the handshake of STARTTLS fails.
    gc.collect()


def test_templates_of_the_shop_come_first_and_one_that_is_wrong_is_named(
    server: MailServer, tmp_path: Path
) -> None:
    own = tmp_path / "en"
    own.mkdir()
    (own / "confirmation.txt").write_text("Hello {{ order.recipient.name }}\nyours, {{ shop }}\n")
    assert tell(by_mail(server), ROUTED, LEFT, folder=tmp_path) == Delivered()
    assert [message["Subject"] for message in server.received] == [
        "Hello Ada Lovelace",
        "Your order A-1 is on its way",
    ]

    (own / "confirmation.txt").write_text("Hello {{ order.nickname }}\n")
    outcome = tell(by_mail(server), ROUTED, folder=tmp_path)
    assert isinstance(outcome, Failed)
    assert "en/confirmation.txt" in outcome.error
    assert "nickname" in outcome.error


@pytest.mark.parametrize(
    ("language", "by_when", "soon"),
    [
        ("en", "please send, so that it arrives by 2026-12-01:", "so that it arrives soon:"),
        (
            "de",
            "bitte senden Sie zurück, sodass es bis 2026-12-01 bei uns ist:",
            "sodass es bald bei uns ist:",
        ),
        (
            "fr",
            "pour que cela nous arrive le 2026-12-01 au plus tard :",
            "pour que cela nous arrive bientôt :",
        ),
    ],
)
def test_who_sends_back_is_told_by_when_it_must_arrive(language: str, by_when: str, soon: str) -> None:
    wording, told = Wording("Clocks", "en"), for_person(language=language)

    assert by_when in wording.write(NoticeKind.RETURN, replace(told, returned=RETURNED))[1]
    without_end = replace(RETURNED, send_by="")
    assert soon in wording.write(NoticeKind.RETURN, replace(told, returned=without_end))[1]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "for C-1 we have given back 5.00 EUR so far.\n\nClocks\n"),
        ("de", "zu C-1 haben wir bisher 5.00 EUR erstattet.\n\nClocks\n"),
        ("fr", "pour C-1 nous avons remboursé 5.00 EUR jusqu'ici.\n\nClocks\n"),
    ],
)
def test_money_out_of_goodwill_is_told_without_goods(language: str, sentence: str) -> None:
    goodwill = replace(RETURNED, return_id="C-1", units=(), received=(), refunded="5.00 EUR")

    told = replace(for_person(language=language), returned=goodwill)
    _, text = Wording("Clocks", "en").write(NoticeKind.REFUND, told)
    assert text.endswith(sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_late_is_told_both_days_until_when_to_answer_and_where(language: str) -> None:
    wording = Wording("Clocks", "en", answer_url="https://clocks.example/late/{order_id}/{notice_number}")
    delay = ToldDelay(
        promised_date="2026-03-02", expected_date="2026-03-12", answer_date="2026-04-01", notice_number=2
    )
    late = replace(for_person(language=language), delay=delay)
    days = ("2026-03-02", "2026-03-12")
    _, told = wording.write(NoticeKind.DELAY_TOLD, late)
    _, asked = wording.write(NoticeKind.DELAY_ASKED, late)

    assert all(day in told and day in asked for day in (*days, "2026-04-01"))
    assert "https://clocks.example/late/A-1/2" in told
    _, endless = wording.write(NoticeKind.DELAY_ASKED, replace(late, delay=replace(delay, expected_date="")))
    assert "2026-03-12" not in endless


def test_a_cancellation_with_a_reason_is_told_too(server: MailServer) -> None:
    canceled = an_event(9, kind=EventKind.ORDER_CANCELED, subject="DELAY_NOT_AGREED")
    assert tell(by_mail(server), canceled) == Delivered()
    assert [message["Subject"] for message in server.received] == ["Your order A-1 was changed"]


def test_a_template_cannot_reach_into_the_program(server: MailServer, tmp_path: Path) -> None:
    own = tmp_path / "en"
    own.mkdir()
    (own / "confirmation.txt").write_text("Hi\n{{ order.__class__.__mro__ }}\n")

    assert isinstance(tell(by_mail(server), ROUTED, folder=tmp_path), Failed)


def test_a_name_with_a_line_break_makes_no_second_header(server: MailServer) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        tell(by_mail(server), ROUTED, told=for_person(name="Ada\r\nBcc: all@example.com"))

    assert server.received == []


def test_a_text_message_is_posted_once_a_notice_with_its_own_key(endpoint: Endpoint) -> None:
    options = SmsOptions(url=endpoint.url, sender="CLOCKS", token="t0ken")

    assert tell(options, ROUTED, LEFT) == Delivered()

    (headers, body), (other, _) = endpoint.received
    assert json.loads(body) == {
        "to": "+33612345678",
        "from": "CLOCKS",
        "text": "Your order A-1 at Clocks",
        "reference": headers["idempotency-key"],
    }
    assert headers["authorization"] == "Bearer t0ken"
    assert headers["idempotency-key"] != other["idempotency-key"]


@pytest.mark.parametrize(("code", "is_final"), [(400, True), (422, True), (401, False), (503, False)])
def test_a_number_that_is_wrong_is_final_and_all_else_is_tried_again(
    endpoint: Endpoint, code: int, is_final: bool
) -> None:
    endpoint.answer = lambda number, body: (code, {}, "")

    outcome = tell(SmsOptions(url=endpoint.url, sender="CLOCKS"), ROUTED)

    assert (outcome == Delivered()) is is_final


def test_customers_are_told_of_what_is_booked_through_the_relay(server: MailServer) -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        options = NoticeOptions(way=by_mail(server), shop="Clocks")
        plan = SinkPlan(
            name="mail",
            options=options,
            kinds=frozenset(),
            from_beginning=True,
            attempts_max=3,
            concurrency=4,
        )
        relay = Relay([plan], EnginePost(shop.queries, shop.engine), "server", chance=random.Random(1))
        relay.start()
        try:
            order = order_for("RED-CLOCK", 2, customer_id="ada")
            shop.route(order, recipients={OrderId("order-1"): ADA})
            shop.route(order_for("RED-CLOCK", 1, "of-nobody"))
            leave(shop, number="1Z999")
            record(shop, a_report(CarrierStatus.DELAYED, 4, eta_day=day("2026-04-01")))
            record(shop, a_report(CarrierStatus.DELIVERED, 90))
            until(lambda: has_told_everything(shop))
        finally:
            relay.stop()

    subjects = [message["Subject"] for message in server.received]
    assert subjects == [
        "Your order order-1 at Clocks",
        "Your order order-1 is on its way",
        "Your order order-1 is late",
        "Your order order-1 was delivered",
    ]
    texts = [message.get_content() for message in server.received]  # type: ignore[attr-defined]
    assert "tracking number 1Z999" in texts[1]
    assert "order-1/1 is late" in texts[2]
    assert all("2 x RED-CLOCK" in text for text in texts)


def test_what_was_not_on_its_shelf_is_told_by_what_comes_now_and_when() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 2}, "lille": {"RED-CLOCK": 1}}) as shop:
        shop.route(order_for("RED-CLOCK", 2, customer_id="ada"), recipients={OrderId("order-1"): ADA})
        release(shop, "order-1/1")
        start_wave(shop)
        pick(shop, "order-1/1", "RED-CLOCK")
        miss(shop, "order-1/1", "RED-CLOCK")
        told = told_of(shop.queries, "order-1", "order-1/1")

    assert told is not None
    assert [(one.shipment_id, one.units[0].quantity) for one in told.shipments] == [
        ("order-1/1", 1),
        ("order-1/2", 1),
    ]
    subject, text = Wording("Clocks", "en").write(NOTICES[EventKind.SHIPMENT_SHORTENED], told)
    assert subject == "Your order order-1 comes otherwise than planned"
    assert "late" not in text
    assert [f"Arrives by {one.delivery_date}:" in text for one in told.shipments] == [True, True]


def test_goods_are_called_by_the_names_of_their_products() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5, "TIN-LAMP": 5}}) as shop:
        clock = a_product("RED-CLOCK", name="Red clock, 30 cm")
        shop.answer(PutProducts(request_id="named", body_digest=digest("named"), products=(clock,)))
        order = an_order("order-1", lines={"RED-CLOCK": 2, "TIN-LAMP": 1}, customer_id="ada")
        shop.route(order, recipients={OrderId("order-1"): ADA})
        told = told_of(shop.queries, "order-1", "order-1/1")

    assert told is not None
    assert told.shipment is not None
    for goods in (told.lines, told.shipment.units):
        assert sorted(one.called for one in goods) == ["Red clock, 30 cm", "TIN-LAMP"]
    for kind in (NoticeKind.CONFIRMATION, NoticeKind.SHIPMENT):
        _, text = Wording("Clocks", "en").write(kind, told)
        assert "  2 x Red clock, 30 cm\n" in text
        assert "  1 x TIN-LAMP\n" in text


def has_told_everything(shop: Shop) -> bool:
    found = shop.queries.sinks.find_sink("mail")
    return found is not None and found.cursor == shop.queries.head().event_position


def test_customers_are_told_of_returns_and_of_their_money(server: MailServer) -> None:
    clock = StandingClock()
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}, clock=clock) as shop:
        options = NoticeOptions(way=by_mail(server), shop="Clocks")
        plan = SinkPlan(
            name="mail",
            options=options,
            kinds=frozenset(
                {EventKind.RETURN_AUTHORIZED, EventKind.RETURN_RECEIVED, EventKind.RETURN_REFUNDED}
            ),
            from_beginning=True,
            attempts_max=3,
            concurrency=1,
        )
        relay = Relay([plan], EnginePost(shop.queries, shop.engine), "server", chance=random.Random(1))
        relay.start()
        try:
            put_policy(shop, first_scan())
            order = order_for("RED-CLOCK", 2, customer_id="ada")
            shop.route(order, recipients={OrderId("order-1"): replace(ADA, language="de")})
            deliver(shop)
            clock.go_on(2 * DAY_SECONDS)
            authorize(shop, {"1": 1})
            until(lambda: has_told_everything(shop))
            receive(shop, {"RED-CLOCK": 1})
            refund(PayingShop(shop, FakeProvider(clock.now)), external_reference="bank 4711")
            until(lambda: has_told_everything(shop))
        finally:
            relay.stop()

    assert [message["Subject"] for message in server.received] == [
        "Ihre Rücksendung R-1 zur Bestellung order-1",
        "Ihre Rücksendung R-1 ist da",
        "18.00 EUR zur Bestellung order-1",
    ]
    texts = [message.get_content() for message in server.received]  # type: ignore[attr-defined]
    assert "1 x RED-CLOCK" in texts[0]
    assert "Das Paket kostet Sie nichts." in texts[0]
