"""A customer's endpoint on this machine: it keeps what is posted to it and answers as it is told."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, Mapping[str, str], str]
OK: Answer = (204, {}, "")


@dataclass
class Endpoint:
    """`answer` is asked for each delivery: its number from 1, and its body."""

    url: str = ""
    answer: Callable[[int, bytes], Answer] = lambda number, body: OK
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slowness: float = 0.0
    connection_count: int = 0


@contextmanager
def an_endpoint(tls: ssl.SSLContext | None = None) -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            endpoint.connection_count += 1
            super().setup()

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                # Whoever sent it was killed in the middle: nothing has arrived.
                return
            endpoint.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(endpoint.slowness)
            code, headers, text = endpoint.answer(len(endpoint.received), body)
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust us or went away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    endpoint.url = f"{'https' if tls else 'http'}://localhost:{server.server_address[1]}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
