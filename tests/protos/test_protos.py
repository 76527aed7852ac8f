"""The contract is well formed, compatible with what was released, and the generated code is made from it."""

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
BUF = Path(sys.executable).parent / "buf"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_buf_finds_nothing_wrong_with_the_protos() -> None:
    linted = run(str(BUF), "lint", cwd=PROTOS)

    assert (linted.stdout, linted.stderr, linted.returncode) == ("", "", 0)


def test_nothing_that_clients_rely_on_is_broken() -> None:
    compared = run(str(BUF), "breaking", "--against", "released.binpb", cwd=PROTOS)

    assert (compared.stdout, compared.stderr, compared.returncode) == ("", "", 0)


def test_a_field_that_changes_its_number_is_found(tmp_path: Path) -> None:
    shutil.copytree(PROTOS, tmp_path / "protos")
    proto = tmp_path / "protos/router/api/v1/order.proto"
    text = proto.read_text(encoding="utf-8")
    assert "string tier = 4;" in text
    proto.write_text(text.replace("string tier = 4;", "string tier = 44;"), encoding="utf-8")

    compared = run(str(BUF), "breaking", "--against", str(PROTOS / "released.binpb"), cwd=tmp_path / "protos")

    assert compared.returncode != 0
    assert "tier" in compared.stdout


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
