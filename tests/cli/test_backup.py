"""`router backup`, `router restore` and `router ledger verify` on a ledger that is served meanwhile."""

import json
from pathlib import Path

import pytest

from router.cli.main import run
from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import a_server


def test_a_served_ledger_is_backed_up_restored_and_verified(tmp_path: Path, typed: Command) -> None:
    database, copy, again = (str(tmp_path / name) for name in ("r.sqlite", "copy.sqlite", "again.sqlite"))

    with a_server(database) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        client.routing.RouteOrder(a_route_request("A-1"))
        backed_up = typed("backup", copy, "--db", database)
        live = typed("ledger", "verify", database, "--json")
        head = client.audit().head_hash
    restored = typed("restore", copy, again, "--json")
    verified = typed("ledger", "verify", again)
    twice = typed("restore", copy, again)
    nowhere = typed("ledger", "verify", str(tmp_path / "nowhere.sqlite"))

    assert (backed_up[0], "2 entries and 3 events, proven" in backed_up[1]) == (0, True)
    assert json.loads(live[1])["verified"]["head_hash"] == head
    assert json.loads(restored[1])["restore"]["head_hash"] == head
    assert (verified[0], verified[1].startswith("clean\n2 entries, 3 accounts, 1 orders")) == (0, True)
    assert (twice[0], "BACKUP_REFUSED" in twice[2], "nothing is overwritten" in twice[2]) == (1, True, True)
    assert (nowhere[0], "STORE_UNUSABLE" in nowhere[2]) == (4, True)


def test_faults_are_said_with_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import apsw

    database = str(tmp_path / "r.sqlite")
    with a_server(database) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
    connection = apsw.Connection(database)
    connection.execute("UPDATE entry SET quantity = quantity + 1")
    connection.close()
    code = run(["ledger", "verify", database])
    said = capsys.readouterr().err
    code_json = run(["ledger", "verify", database, "--json"])
    found = json.loads(capsys.readouterr().out)["verified"]

    assert (code, "LEDGER_FAULTS" in said, code_json, found["clean"]) == (1, True, 1, False)
    assert "its entries do not have its hash" in said
