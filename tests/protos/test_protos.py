"""The contract is well formed, compatible with what was released, and the generated code is made from it."""

import filecmp
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
BUF = Path(sys.executable).parent / "buf"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def released_contract() -> str | None:
    """The latest tag that holds protos, if this is a clone with tags."""
    tags = run("git", "tag", "--sort=-creatordate").stdout.split()
    holding = (tag for tag in tags if run("git", "cat-file", "-e", f"{tag}:protos/buf.yaml").returncode == 0)
    return next(holding, None)


def test_buf_finds_nothing_wrong_with_the_protos() -> None:
    linted = run(str(BUF), "lint", cwd=PROTOS)

    assert (linted.stdout, linted.stderr, linted.returncode) == ("", "", 0)


def test_nothing_released_is_broken(capfd: pytest.CaptureFixture[str]) -> None:
    tag = released_contract()
    if tag is None:
        with capfd.disabled():
            print(
                "\nno released contract to compare with (no git tag holds protos/): compared with itself",
                file=sys.stderr,
            )
    against = str(PROTOS) if tag is None else f"{ROOT}/.git#tag={tag},subdir=protos"

    compared = run(str(BUF), "breaking", "--against", against, cwd=PROTOS)

    assert (compared.stdout, compared.stderr, compared.returncode) == ("", "", 0)


def test_the_generated_code_is_what_the_protos_say(tmp_path: Path) -> None:
    made = run(sys.executable, str(PROTOS / "generate.py"), str(tmp_path))

    assert (made.stdout, made.returncode) == ("", 0)
    names = sorted(path.name for path in (tmp_path / "router/api/v1").iterdir())
    _, differing, missing = filecmp.cmpfiles(
        tmp_path / "router/api/v1", ROOT / "src/router/api/v1", names, shallow=False
    )
    assert (differing, missing) == ([], [])
    kept = sorted(path.name for path in (ROOT / "src/router/api/v1").glob("*_pb2*"))
    assert kept == names
