"""The file that names the sinks: what is read, and how what is wrong is told."""

from base64 import b64encode
from pathlib import Path

import pytest

from router.connectors.nats_stream import NatsOptions
from router.connectors.notices.options import MailOptions, NoticeOptions, SmsOptions
from router.connectors.sink_options import FileOptions
from router.connectors.sinks_file import SinkPlan, SinksRefused, read_sinks
from router.connectors.webhook import WebhookOptions
from router.ledger.event_kinds import EventKind

KEY = bytes(range(32))
ENVIRONMENT = {"ERP_SECRET": "whsec_" + b64encode(KEY).decode(), "SHORT": "whsec_c2hvcnQ=", "TOKEN": "t"}

WHOLE = """\
source: urn:shop:router
sinks:
  erp:
    kind: webhook
    url: https://erp.example/hooks
    secret_env: ERP_SECRET
    events: [order.routed, shipment.dispatched]
    start: beginning
    attempts_max: 5
  stream:
    kind: nats
    servers: ["nats://127.0.0.1:4222"]
    stream: ROUTER
    prefix: shop.
    token_env: TOKEN
  log:
    kind: file
    path: events.jsonl
"""


def read(folder: Path, text: str) -> tuple[SinkPlan, ...]:
    path = folder / "sinks.yaml"
    path.write_text(text, encoding="utf-8")
    return read_sinks(path, ENVIRONMENT)


def test_sinks_of_every_kind_are_read(tmp_path: Path) -> None:
    erp, stream, log = read(tmp_path, WHOLE)

    assert erp == SinkPlan(
        name="erp",
        options=WebhookOptions(url="https://erp.example/hooks", keys=(KEY,), source="urn:shop:router"),
        kinds=frozenset({EventKind.ORDER_ROUTED, EventKind.SHIPMENT_DISPATCHED}),
        from_beginning=True,
        attempts_max=5,
        concurrency=8,
    )
    assert stream.options == NatsOptions(
        servers=("nats://127.0.0.1:4222",),
        stream="ROUTER",
        prefix="shop.",
        source="urn:shop:router",
        token="t",
    )
    assert (stream.kinds, stream.from_beginning) == (frozenset(), False)
    assert log.options == FileOptions(path=tmp_path / "events.jsonl", source="urn:shop:router")
    assert log.attempts_max == 0


def test_a_secret_can_be_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(ENVIRONMENT["ERP_SECRET"] + "\n")
    (erp,) = read(
        tmp_path, "sinks:\n  erp: {kind: webhook, url: 'https://erp.example', secret_file: secret}\n"
    )

    assert erp.options == WebhookOptions(url="https://erp.example", keys=(KEY,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "1:1: the file is no mapping; expected lines of `name: value`"),
        ("sinks: {}\n", "1:8: `sinks` has 1 to 32 sinks"),
        ("sinks: [a]\n", "1:8: `sinks` is a mapping of names to sinks"),
        ("sink: {}\n", "1:1: a sinks file has no key `sink`; did you mean `sinks`?"),
        ("sinks:\n  a: {url: x}\n", "2:6: sink `a` needs `kind`; expected webhook, nats, file"),
        ("sinks:\n  a: {kind: webhok}\n", "2:13: `kind` cannot be `webhok`; did you mean `webhook`?"),
        ("sinks:\n  a: {kind: webhook}\n", "2:7: sink `a` needs `url`"),
        (
            "sinks:\n  a: {kind: file, path: x, tiemout: 3}\n",
            "2:28: sink `a` has no key `tiemout`; expected kind, path, events, start",
        ),
        (
            "sinks:\n  a: {kind: webhook, url: 'http://erp.example'}\n",
            "2:27: `url` must be `https://`, or `http://` on this machine",
        ),
        (
            "sinks:\n  a: {kind: webhook, url: 'https://x', secret_env: NONE}\n",
            "2:52: the environment has no `NONE`",
        ),
        (
            "sinks:\n  a: {kind: webhook, url: 'https://x', secret_env: SHORT}\n",
            "2:52: the secret has 5 bytes, must have 24 to 64 before base64",
        ),
        (
            "sinks:\n  a: {kind: file, path: x, events: [order.rooted]}\n",
            "2:37: an event type cannot be `order.rooted`; did you mean `order.routed`?",
        ),
        (
            "sinks:\n  a: {kind: file, path: x, start: today}\n",
            "2:35: `start` cannot be `today`; expected now, beginning",
        ),
        (
            "sinks:\n  a: {kind: webhook, url: 'https://x', timeout_seconds: 600}\n",
            "2:57: `timeout_seconds` cannot be `600`; expected 1 to 60",
        ),
        ("sinks:\n  a: {kind: file, path: x}\n  a: {kind: file, path: y}\n", "3:3: `a` stands twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_way_out(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SinksRefused) as refused:
        read(tmp_path, text)

    assert any(line.startswith(f"{tmp_path}/sinks.yaml:{said}") for line in refused.value.lines), (
        refused.value.lines
    )


def test_no_refusal_shows_a_secret(tmp_path: Path) -> None:
    with pytest.raises(SinksRefused) as refused:
        read(tmp_path, "sinks:\n  a: {kind: webhook, url: 'https://x', secret_env: SHORT}\n")

    assert "c2hvcnQ" not in str(refused.value.lines)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SinksRefused, match="No such file"):
        read_sinks(tmp_path / "sinks.yaml", {})


NOTICES = """\
sinks:
  mail:
    kind: mail
    host: smtp.clocks.example
    user: clocks
    password_env: TOKEN
    sender: Clocks <orders@clocks.example>
    shop: Clocks
    language: de
  text:
    kind: sms
    url: https://sms.example/messages
    token_env: TOKEN
    sender: CLOCKS
    shop: Clocks
"""


def test_ways_of_notices_are_read(tmp_path: Path) -> None:
    mail, text = read(tmp_path, NOTICES)

    assert mail.options == NoticeOptions(
        way=MailOptions(
            host="smtp.clocks.example", user="clocks", password="t", sender="Clocks <orders@clocks.example>"
        ),
        shop="Clocks",
        language="de",
    )
    way = SmsOptions(url="https://sms.example/messages", sender="CLOCKS", token="t")
    assert text.options == NoticeOptions(way=way, shop="Clocks")
    assert "secret" not in repr(mail)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("user: clocks", "encryption: none", "`none` is for this machine only"),
        (
            "sender: Clocks <orders@clocks.example>",
            "sender: Clocks",
            "must be like `Shop <orders@shop.example>`",
        ),
        ("language: de", "templates: words", "is no folder"),
        ("https://sms.example/messages", "http://sms.example/messages", "must be `https://`"),
        ("    shop: Clocks\n    language: de", "    language: de", "shop"),
    ],
)
def test_what_is_wrong_with_a_way_of_notices_is_told(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    with pytest.raises(SinksRefused) as refused:
        read(tmp_path, NOTICES.replace(right, wrong))

    assert said in str(refused.value.lines)
