"""The load balancers of `docs/scale-out.md`, as the page has them but for addresses and files."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import trustme

from tests.integration.test_nats import a_free_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "scale-out.md"
NAME = "router.internal"
"""What the certificates are for, here and on the page."""
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
ENVOY = ROOT / "build" / "envoy" / "envoy" / "_bin" / "envoy"
NGINX_FRAME = """
pid nginx.pid; error_log error.log; master_process off; daemon off;
events {{ }}
http {{
    access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
{example}
}}
"""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files for servers and proxies that are called `router.internal`, and who vouches for them."""

    chain: Path
    key: Path
    authority: Path

    @property
    def credentials(self) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(self.authority.read_bytes())


def make_certificates(folder: Path) -> Certificates:
    authority = trustme.CA()
    issued = authority.issue_cert(NAME)
    made = Certificates(folder / "tls.crt", folder / "tls.key", folder / "ca.crt")
    for blob in issued.cert_chain_pems:
        blob.write_to_path(made.chain, append=True)
    issued.private_key_pem.write_to_path(made.key)
    authority.cert_pem.write_to_path(made.authority)
    return made


def example(language: str) -> str:
    """The one block of the page in that language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def changed(text: str, changes: Sequence[tuple[str, str]]) -> str:
    """The example with other words; each of the old ones must be there."""
    for old, new in changes:
        assert old in text, f"the example has no `{old}`"
        text = text.replace(old, new)
    return text


def files_of(certificates: Certificates) -> list[tuple[str, str]]:
    return [
        ("/etc/router/tls.crt", str(certificates.chain)),
        ("/etc/router/tls.key", str(certificates.key)),
        ("/etc/router/ca.crt", str(certificates.authority)),
    ]


@contextmanager
def by_service_config(servers: Sequence[str], certificates: Certificates, folder: Path) -> Iterator[Any]:
    """No proxy: the channel itself spreads calls."""
    text = changed(
        example("python"),
        [
            ("dns:///router.internal:50051", "ipv4:" + ",".join(servers)),
            ("options=[", f'options=[("grpc.ssl_target_name_override", "{NAME}"), '),
        ],
    )
    words: dict[str, Any] = {"grpc": grpc, "credentials": certificates.credentials}
    exec(text, words)
    with words["channel"] as channel:
        yield channel


@contextmanager
def by_nginx(servers: Sequence[str], certificates: Certificates, folder: Path) -> Iterator[Any]:
    port = a_free_port()
    text = changed(
        example("nginx"),
        [
            ("listen 50051", f"listen 127.0.0.1:{port}"),
            ("10.0.0.1:50051", servers[0]),
            ("10.0.0.2:50051", servers[1]),
            *files_of(certificates),
        ],
    )
    (folder / "nginx.conf").write_text(NGINX_FRAME.format(example=text))
    command = [NGINX, "-p", folder, "-c", "nginx.conf"]
    with running(command, folder, port), channel_to(port, certificates) as channel:
        yield channel


@contextmanager
def by_envoy(servers: Sequence[str], certificates: Certificates, folder: Path) -> Iterator[Any]:
    port = a_free_port()
    places = [server.rpartition(":") for server in servers]
    text = changed(
        example("yaml"),
        [
            ("address: 0.0.0.0, port_value: 50051", f"address: 127.0.0.1, port_value: {port}"),
            ("address: 10.0.0.1, port_value: 50051", f"address: {places[0][0]}, port_value: {places[0][2]}"),
            ("address: 10.0.0.2, port_value: 50051", f"address: {places[1][0]}, port_value: {places[1][2]}"),
            *files_of(certificates),
        ],
    )
    (folder / "envoy.yaml").write_text(text)
    # Two of them on one machine would share memory under the same number.
    command = [ENVOY, "-c", folder / "envoy.yaml", "--base-id", str(port), "--concurrency", "1"]
    with running(command, folder, port), channel_to(port, certificates) as channel:
        yield channel


def channel_to(port: int, certificates: Certificates) -> grpc.Channel:
    options = [
        ("grpc.ssl_target_name_override", NAME),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    return grpc.secure_channel(f"127.0.0.1:{port}", certificates.credentials, options)


@contextmanager
def running(command: Sequence[Any], folder: Path, port: int) -> Iterator[None]:
    """A proxy that listens on `port`; what it said when it does not."""
    log = folder / "proxy.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"]},
        )
    try:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                is_late = time.monotonic() > end or process.poll() is not None
                assert not is_late, f"{command[0]} does not start: {log.read_text(errors='replace')[-2_000:]}"
                time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()
