"""Draws docs/pictures/demo.svg: what `make demo` shows. Run it as `.venv/bin/python docs/pictures/demo.py`."""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 112
TARGET = Path(__file__).with_name("demo.svg")


def main() -> None:
    shown = subprocess.run(
        [str(Path(sys.executable).with_name("router")), "demo"],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(Text.from_ansi(shown.rstrip()))
    console.save_svg(str(TARGET), title="make demo")


if __name__ == "__main__":
    main()
