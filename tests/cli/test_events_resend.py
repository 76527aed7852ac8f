"""`router events replay --to`."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from router.cli.events import resend
from router.cli.main import run
from router.connectors.signature import secrets_of, signed_headers
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server

Captured = pytest.CaptureFixture[str]
SECRET = "whsec_" + "A" * 44


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        for number in range(1, 5):
            connected.routing.RouteOrder(a_route_request(f"A-{number}"))
        yield connected


class Receiver(BaseHTTPRequestHandler):
    """Answers with what `answers` holds, and then 204."""

    bodies: list[tuple[dict[str, str], bytes]]
    answers: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.answers.pop(0) if self.answers else 204
        self.bodies.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    kind = type("One", (Receiver,), {"bodies": [], "answers": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", kind
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_range_goes_to_a_file_as_a_sink_would_have_it(
    client: Client, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "again.jsonl"
    words = ["events", "replay", "--to", str(file), "--source", "urn:shop", "--address", client.address]

    code = run([*words, "--from-position", "2", "--until-position", "4"])
    out = capsys.readouterr().out
    run([*words, "--from-position", "4", "--type", "order.routed"])

    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (code, out) == (0, f"2 events told to {file}, up to position 4\n")
    assert [(line["data"]["position"], line["subject"]) for line in lines] == [
        (3, "A-1"),
        (4, "A-2"),
        (5, "A-3"),
        (6, "A-4"),
    ]
    assert {line["source"] for line in lines} == {"urn:shop"}
    assert all(line["id"].startswith(f"{line['data']['position']}-") for line in lines)


def test_a_url_gets_each_event_signed_and_again_until_it_takes_it(
    client: Client,
    receiver: tuple[str, type[Receiver]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    url, got = receiver
    got.answers[:] = [503, 500]
    monkeypatch.setenv("HOOK", SECRET)

    code = run(
        [
            "events",
            "replay",
            "--to",
            url,
            "--order",
            "A-2",
            "--secret-env",
            "HOOK",
            "--address",
            client.address,
        ]
    )

    assert code == 0
    assert len(got.bodies) == 3
    headers, body = got.bodies[-1]
    expected = signed_headers(
        secrets_of(SECRET), headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    assert headers["webhook-signature"] == expected["webhook-signature"]
    assert json.loads(body)["data"]["order_id"] == "A-2"


def test_what_does_not_arrive_ends_it_and_says_how_to_go_on(
    client: Client,
    receiver: tuple[str, type[Receiver]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    url, got = receiver
    monkeypatch.setattr(resend, "TRIES_MAX", 2)
    got.answers[:] = [204, 500, 500]

    code = run(["events", "replay", "--to", url, "--from-position", "2", "--address", client.address])
    said = capsys.readouterr().err
    again = run(["events", "replay", "--to", url, "--from-position", "3", "--address", client.address])

    assert (code, again) == (4, 0)
    assert "error[NOT_DELIVERED]: event 4 did not arrive" in said
    assert "1 before it did, go on with --from-position 3" in said
    taken = [json.loads(body)["data"]["position"] for _, body in (got.bodies[0], *got.bodies[3:])]
    assert taken == [3, 4, 5, 6]


def test_a_receiver_that_wants_no_more_is_not_asked_again(
    client: Client, receiver: tuple[str, type[Receiver]], capsys: Captured
) -> None:
    url, got = receiver
    got.answers[:] = [410]

    code = run(["events", "replay", "--to", url, "--address", client.address])

    assert (code, len(got.bodies)) == (4, 1)
    assert "410 Gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "name a SINK of the server, or with --to a FILE or URL"),
        ("erp --to x", "name a SINK of the server, or with --to a FILE or URL"),
        ("erp --until-position 4", "go with --to"),
        ("--to x --dead", "--dead goes with a SINK"),
        ("--to x --secret-env NO_SUCH", "`x` is a file"),
        ("--to http://x/ --secret-env NO_SUCH", "NO_SUCH is empty; it must hold a secret"),
    ],
)
def test_wrong_usage_is_2_with_a_hint(client: Client, words: str, said: str, capsys: Captured) -> None:
    assert run(["events", "replay", *words.split(), "--address", client.address]) == 2
    assert said in capsys.readouterr().err
