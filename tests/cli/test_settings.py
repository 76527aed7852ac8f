"""Where settings come from, and what is refused."""

import os
import socket
from pathlib import Path

import pytest

from router.cli.main import run
from router.cli.server.cores import cores_of
from router.setting_texts import SettingsRefused
from router.settings import Settings, read_settings
from router.simulation.server_process import running_server
from router.wiring.outside import key_in
from router.wiring.refused import ServerRefused
from tests.routing.builders import instant


def test_without_anything_the_server_is_in_memory_on_this_machine() -> None:
    assert read_settings({}, {}) == Settings(
        database=":memory:", address="127.0.0.1:50051", rules=(), verify=False
    )


def test_the_environment_wins_over_defaults_and_flags_win_over_the_environment() -> None:
    environment = {"ROUTER_DB": "a.sqlite", "ROUTER_ADDRESS": "127.0.0.1:1", "ROUTER_VERIFY": "yes"}
    settings = read_settings({"database": "b.sqlite", "address": None, "verify": "no"}, environment)

    assert (settings.database, settings.address, settings.verify) == ("b.sqlite", "127.0.0.1:1", False)


def test_rules_are_paths() -> None:
    assert read_settings({"rules": "a.yaml:b"}, {}).rules == (Path("a.yaml"), Path("b"))


def test_variables_of_others_are_left_alone() -> None:
    assert read_settings({}, {"HOME": "/", "ROUTER_DATA": "x", "ROUTER_TLS_CA": "y"}) == Settings()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ROUTER_ADRESS": "x"}, "did you mean ROUTER_ADDRESS?"),
        ({"ROUTER_ZZZZZZZZZZZZZZZ": "x"}, "known are ROUTER_ACKNOWLEDGE"),
        ({"ROUTER_ADDRESS": "localhost"}, "host:port"),
        ({"ROUTER_ADDRESS": "localhost:70000"}, "host:port"),
        ({"ROUTER_VERIFY": "perhaps"}, "must be yes or no"),
        ({"ROUTER_LOG": "xml"}, "must be one of text, json"),
        ({"ROUTER_LOOK_AHEAD_DAYS": "0"}, "look_ahead_days is `0`, must be 1 to 56 days"),
        (
            {"ROUTER_LOOK_AHEAD_SELLS": "101"},
            "look_ahead_sells is `101`, must be a whole number from 1 to 100",
        ),
        (
            {"ROUTER_LOOK_AHEAD_LAID_IN": "2026-03-02", "ROUTER_LOOK_AHEAD": "history"},
            "look_ahead_laid_in is `2026-03-02`, which needs look_ahead `history` and look_ahead_sells; say both",
        ),
        (
            {
                "ROUTER_LOOK_AHEAD_LAID_IN": "2026-03-02",
                "ROUTER_LOOK_AHEAD_SELLS": "90",
                "ROUTER_LOOK_AHEAD": "x",
            },
            "look_ahead_laid_in is `2026-03-02`, which needs look_ahead `history` and look_ahead_sells; say both",
        ),
        (
            {
                "ROUTER_LOOK_AHEAD_LAID_IN": "March",
                "ROUTER_LOOK_AHEAD_SELLS": "90",
                "ROUTER_LOOK_AHEAD": "history",
            },
            "look_ahead_laid_in is `March`, must be a day such as 2026-03-02",
        ),
        ({"ROUTER_PIN": "0,first"}, "pin is `first`, must be a whole number from 0 to 4,095"),
        ({"ROUTER_LOOK_AHEAD_DAYS": "a week"}, "look_ahead_days is `a week`, must be 1 to 56 days"),
    ],
)
def test_a_bad_setting_is_refused_with_a_way_out(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsRefused, match=words.replace("?", r"\?")):
        read_settings({}, environment)


@pytest.mark.parametrize("name", ["look_ahead_days", "look_ahead_sells"])
def test_how_to_look_ahead_is_refused_where_nobody_does(name: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name} is `7`, but nobody looks ahead; .* `history`"):
        read_settings({name: "7"}, {})
    with pytest.raises(SettingsRefused, match=f"{name} is `7`"):
        read_settings({"look_ahead": ""}, {f"ROUTER_{name.upper()}": "7"})

    assert getattr(read_settings({name: "7", "look_ahead": "history"}, {}), name) == 7


@pytest.mark.parametrize(
    ("name", "text", "needed"),
    [
        ("payments_key", "k", "payments"),
        ("carriers_key", "k", "carriers"),
        ("book_when_picked", "yes", "carriers"),
    ],
)
def test_what_does_nothing_without_another_setting_is_refused(name: str, text: str, needed: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name} is `{text}`, but there are no {needed}; name them by"):
        read_settings({}, {f"ROUTER_{name.upper()}": text})

    assert getattr(read_settings({name: text, needed: "fake"}, {}), needed) == "fake"
    assert read_settings({"book_when_picked": "no"}, {}).book_when_picked is False


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe", b"two words", "schl\u00fcssel".encode()]
)
def test_a_file_that_holds_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "api.key"
    path.write_bytes(content)

    with pytest.raises(ServerRefused, match=r"api\.key` holds no key; it must hold the key of the API alone"):
        key_in(path)

    path.write_text(" secret-1 \n")
    assert key_in(path) == "secret-1"


def test_an_empty_name_of_a_database_is_refused_instead_of_keeping_nothing() -> None:
    with pytest.raises(SettingsRefused, match="database is empty, must be a file"):
        read_settings({}, {"ROUTER_DB": ""})
    with pytest.raises(SettingsRefused, match="database is empty"):
        read_settings({"database": ""}, {"ROUTER_DB": "a.sqlite"})

    assert read_settings({"database": ":memory:"}, {"ROUTER_DB": ""}).database == ":memory:"


@pytest.mark.parametrize("text", ["a lot", "-1", "1e3", "61", "."])
def test_an_effort_that_is_no_number_of_seconds_is_refused(text: str) -> None:
    with pytest.raises(SettingsRefused, match="model_effort is"):
        read_settings({"model_effort": text}, {})


def test_the_effort_of_the_model_can_be_set_to_nothing() -> None:
    assert read_settings({}, {"ROUTER_MODEL_EFFORT": "0"}).model_effort == 0


def test_nobody_looks_ahead_unless_told_to() -> None:
    assert read_settings({}, {}).look_ahead == ""
    assert read_settings({"look_ahead": "history"}, {}).look_ahead_days == 7


def test_goods_are_laid_in_from_midnight_of_a_day() -> None:
    flags = {"look_ahead": "history", "look_ahead_sells": "90", "look_ahead_laid_in": "2026-03-02"}

    assert read_settings({}, {}).look_ahead_laid_in is None
    assert read_settings(flags, {}).look_ahead_laid_in == instant("2026-03-02T00:00")


def test_several_processes_need_a_database_that_servers_can_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--processes", "2", "--db", "ledger.sqlite"]) == 2
    assert "needs a PostgreSQL database" in capsys.readouterr().err

    words = ["serve", "--processes", "2", "--db", "postgresql://localhost/router"]
    assert run([*words, "--address", "unix:/tmp/router.sock"]) == 2
    assert "share a port" in capsys.readouterr().err


def test_each_of_several_processes_takes_the_next_core() -> None:
    assert read_settings({"pin": "1,3"}, {}).pin == (1, 3)
    assert [cores_of((1, 3), place) for place in range(3)] == ["1", "3", "1"]
    assert cores_of((), 2) == ""


def test_a_core_that_the_machine_does_not_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--pin", "4095"]) == 2
    assert "--pin names core 4095; this process may use " in capsys.readouterr().err


def test_a_pinned_server_keeps_all_its_threads_on_its_cores(tmp_path: Path) -> None:
    core = min(os.sched_getaffinity(0))
    with running_server(tmp_path / "ledger.sqlite", None, flags=["--pin", str(core)]) as server:
        threads = [int(one.name) for one in Path(f"/proc/{server.process.pid}/task").iterdir()]
        assert len(threads) > 3
        assert {frozenset(os.sched_getaffinity(thread)) for thread in threads} == {frozenset({core})}


def test_the_port_of_processes_must_be_free(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        words = ["serve", "--processes", "2", "--db", "postgresql://localhost/router", "--address", address]

        assert run(words) == 4

    assert "cannot listen" in capsys.readouterr().err
