"""`router doctor`: what is well is said to be well, and what is not has a fix."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import apsw
import pytest
import trustme

from router.cli.doctor import installation
from router.cli.doctor.installation import check_libraries, check_python, check_required, fits
from router.cli.doctor.ledger import check_ledger, clock_of
from router.cli.doctor.machine import check_address
from router.cli.doctor.report import examined
from router.cli.main import run
from router.domain.identifiers import Instant
from router.service.server import Listen
from router.settings import Settings
from router.simulation.server_process import running_event_server
from router.stores.sqlite.store import SqliteStore
from router.wiring.application import build_application
from tests.service.harness import Client, a_server, serving


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "router.sqlite"
    SqliteStore(path).close()
    return str(path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Client]]:
    database = str(tmp_path / "router.sqlite")
    with a_server(database) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        yield database, client


def wrong(database: str) -> dict[str, str]:
    return {one.name: one.found for one in check_ledger(database) if not one.is_good}


def test_a_served_ledger_on_a_good_machine_is_healthy(
    served: tuple[str, Client], capsys: pytest.CaptureFixture[str]
) -> None:
    database, client = served
    code = run(["doctor", "--db", database, "--address", client.address, "--json"])
    found = json.loads(capsys.readouterr().out)
    said = {one["name"]: one["found"] for one in found["checks"]}

    assert [one for one in found["checks"] if not one["good"]] == []
    assert (code, found["healthy"]) == (0, True)
    assert said["lock"] == "a server has it"
    assert said["address"] == f"a router answers at {client.address}"
    assert said["books"].startswith("1 entries agree; head ")
    assert said["solver"].endswith("known decisions came out as expected")


def test_a_failing_line_says_the_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "--db", str(tmp_path / "nowhere.sqlite"), "--address", "127.0.0.1:0"])
    out = capsys.readouterr().out

    assert code == 1
    assert "WRONG  schema" in out
    assert "there is no file" in out
    assert "→ the message says what" in out


def test_books_that_do_not_add_up_are_found(served: tuple[str, Client]) -> None:
    database, _ = served
    with closing(apsw.Connection(database)) as connection:
        connection.execute("UPDATE entry SET quantity = quantity + 1")

    assert wrong(database) == {"books": "the audit found 3 faults; router ledger verify lists them"}


def test_a_damaged_file_is_found(database: str) -> None:
    content = bytearray(Path(database).read_bytes())
    content[-4096:] = bytes(4096)
    Path(database).write_bytes(content)

    assert "integrity" in wrong(database)


def test_too_little_room_and_a_long_log_are_found(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.cli.doctor.ledger.FREE_BYTES_MIN", 1 << 60)
    monkeypatch.setattr("router.cli.doctor.ledger.LOG_BYTES_MAX", -1)

    assert wrong(database).keys() == {"log", "room"}


def test_a_clock_behind_the_ledger_is_found() -> None:
    hour = Instant(1_000_000 * 3_600)
    behind, just, ahead = clock_of(hour, 3_500.0), clock_of(hour, 3_598.0), clock_of(hour, 9_999.0)

    assert [one.is_good for one in (behind, just, ahead)] == [False, True, True]
    assert "100 s behind the ledger" in behind.found


def test_an_address_that_somebody_else_has_is_found() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        (taken,) = check_address(f"127.0.0.1:{other.getsockname()[1]}")

    assert not taken.is_good
    assert "in use" in taken.found


def test_a_router_that_speaks_tls_is_asked_with_its_authority(tmp_path: Path) -> None:
    authority, pair, trusted = trustme.CA(), tmp_path / "pair.pem", tmp_path / "authority.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pair)
    authority.cert_pem.write_to_path(trusted)
    application = build_application(Settings())
    with serving(application, Listen(address="127.0.0.1:0", certificate=pair, private_key=pair)) as server:
        asked = list(check_address(server.address, str(trusted)))
        (unasked,) = check_address(server.address)
        (distrusted,) = check_address(server.address, str(other_authority(tmp_path)))
    application.close()

    assert [(one.name, one.is_good) for one in asked] == [
        ("address", True),
        ("writes", True),
        ("server's clock", True),
    ]
    assert "--tls-ca" in unasked.fix
    assert "does not vouch for" in distrusted.found


def other_authority(folder: Path) -> Path:
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    return folder / "other.pem"


def test_a_server_of_events_is_well(served: tuple[str, Client]) -> None:
    with running_event_server(Path(served[0])) as events:
        (found,) = check_address(events.address)

    assert (found.is_good, found.found) == (True, f"a server of events answers at {events.address}")


@pytest.mark.parametrize(
    ("found", "wanted", "is_good"),
    [
        ("1.85.1", ">=1.81.1,<2", True),
        ("2.0.0", ">=1.81.1,<2", False),
        ("1.81.0", ">=1.81.1,<2", False),
        ("9.15.6755", "<9.16,>=9.15", True),
        ("3.51.3.0", ">=3.51.3", True),
        ("0.64", "", True),
    ],
)
def test_versions_are_held_against_what_was_tested(found: str, wanted: str, is_good: bool) -> None:
    assert fits(found, wanted) is is_good


def test_another_python_or_a_missing_library_is_found() -> None:
    missing = check_libraries(["no-such-library>=1", "msgspec<0.1", "other; extra == 'x'"])

    assert (check_python((3, 10)).is_good, check_python((3, 12)).is_good) == (False, True)
    assert missing.found.startswith("no-such-library is not there, must be >=1; msgspec is ")
    assert not missing.is_good


def test_sources_that_are_not_installed_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installation, "requires", nobody_knows)
    check = check_required()

    assert not check.is_good
    assert "router is not installed" in check.found


def test_a_doctor_does_not_fall_ill() -> None:
    def explode() -> str:
        raise ZeroDivisionError("by nothing\nat all")

    check = examined("arithmetic", explode, "divide by something")

    assert (check.is_good, check.found, check.fix) == (False, "by nothing", "divide by something")
