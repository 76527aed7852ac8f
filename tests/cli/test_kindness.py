"""What the commands say to somebody who does not know them yet: the slip, and one next step."""

from pathlib import Path

import pytest

from router.cli.main import run

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Path:
    """An own folder with first rules in it, an empty folder and a file that is something else."""
    monkeypatch.chdir(tmp_path)
    assert run(["rules", "init"]) == 0
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("call Ana\n")
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rules chek rules", "no command `chek`; did you mean `check`?"),
        ("rulez", "no command `rulez`; did you mean `rules`?"),
        ("rules shadow begin", "no command `begin`; there are report, start, stop"),
        ("rules check empty", "no *.yaml files in `empty`; `router rules init empty` begins there"),
        ("rules test empty", "no *.yaml files in `empty`; `router rules init empty` begins there"),
        (
            "rules check rules --network rules/first.yaml",
            "`rules/first.yaml` is no network file; those end in `.network.yaml`",
        ),
        ("rules plan rules --html empty", "cannot write `empty`: it is a folder; name a file in it"),
        ("rules plan rules --out no/a.plan", "cannot write `no/a.plan`: there is no folder `no`"),
        ("rules docs rules --out no/page.html", "cannot write `no/page.html`: there is no folder `no`"),
        (
            "rules apply rules --reason x",
            "`rules` is a folder; plan it first: router rules plan rules --out rules.plan",
        ),
    ],
)
def test_a_slip_is_named_with_what_to_do(words: str, said: str, capsys: Captured) -> None:
    assert run(words.split()) == 2
    assert f"Error: {said}\n" in capsys.readouterr().err


def test_a_reason_of_blanks_is_none(capsys: Captured) -> None:
    assert run(["rules", "rollback", "--reason", "  "]) == 2
    assert 'say why with --reason "…"' in capsys.readouterr().err


def test_the_hint_is_about_the_gravest_finding(folder: Path, capsys: Captured) -> None:
    file = folder / "rules/first.yaml"
    text = file.read_text().replace("    because: aerosols and lithium batteries may not fly\n", "")
    file.write_text(text.replace("per: shipment", "per: box"))

    assert run(["rules", "check", "rules"]) == 1
    shown = capsys.readouterr()
    assert [line.split()[1:3] for line in shown.out.splitlines() if line.startswith("rules/")] == [
        ["warning", "L305:"],
        ["error", "L112:"],
    ]
    assert "`router explain L112` says" in shown.err
