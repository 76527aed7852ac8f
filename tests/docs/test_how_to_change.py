"""The page that says how to change the router, followed to the letter on a copy of the source."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/internals/how-to-change.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^In `([^`]+)`, (before|after) `([^`]+)`:\n\n```(?:python|text)\n(.*?)```", re.MULTILINE | re.DOTALL
)
TEST = re.compile(r"A new file, `([^`]+)`:\n\n```python\n(.*?)```", re.DOTALL)


def follow(copy: Path, steps: list[tuple[str, str, str, str]]) -> None:
    for file, side, mark, block in steps:
        place = copy / "router" / file
        text = place.read_text(encoding="utf-8")
        assert text.count(mark) == 1, f"{file} has {text.count(mark)} times what the page names: {mark!r}"
        put = "\n" + block.rstrip("\n") if side == "after" else block + "\n\n"
        place.write_text(text.replace(mark, mark + put if side == "after" else put + mark), encoding="utf-8")


OVERLAY = """
import router
from pathlib import Path

for room in Path(__file__).parent.joinpath("router").iterdir():
    __import__(f"router.{room.name}").__dict__[room.name].__path__[:] = [str(room)]
"""
"""Lays the copied rooms over those of the router. The solver stays where it is, and with it its compiled kernels."""


def run_its_test(folder: Path, steps: list[tuple[str, str, str, str]]) -> subprocess.CompletedProcess[str]:
    """Copy the rooms that the page changes, follow the steps, and run the page's own test on the copy."""
    for room in {file.split("/")[0] for file, *_ in STEP.findall(PAGE)}:
        shutil.copytree(
            ROOT / "src/router" / room, folder / "router" / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    follow(folder, steps)
    (folder / "overlay.py").write_text(OVERLAY, encoding="utf-8")
    ((name, body),) = TEST.findall(PAGE)
    test = folder / Path(name).name
    test.write_text(body, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "overlay", f"--rootdir={folder}",
         "-o", f"pythonpath={folder} {ROOT}", str(test)],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": f"{folder}"},
        capture_output=True,
        text=True,
        timeout=240,
    )  # fmt: skip


def test_its_steps_price_the_new_term_and_obey_the_new_constraint(tmp_path: Path) -> None:
    steps = STEP.findall(PAGE)
    assert len(steps) == 4

    ran = run_its_test(tmp_path, steps)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout


def test_without_its_steps_its_test_fails(tmp_path: Path) -> None:
    ran = run_its_test(tmp_path, [])

    assert ran.returncode == 1
    assert "2 failed" in ran.stdout
