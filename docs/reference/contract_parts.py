"""The part of `contract.md` that is made: which services there are, and their calls."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ledger_parts import table

PROTOS = Path(__file__).resolve().parents[2] / "protos/router/api/v1"
LINE = re.compile(r"// (?P<comment>.*)|service (?P<service>\w+) \{|  rpc (?P<call>\w+)\(|(?P<end>[^ ]|$)")


def services() -> str:
    """One row a service: the first sentence of its comment, and its calls in their order."""
    return table(("service", "what it does", "calls"), sorted(_rows()))


def _rows() -> Iterator[tuple[str, str, str]]:
    for path in PROTOS.glob("*.proto"):
        words: list[str] = []
        name, calls = "", []
        for found in filter(None, map(LINE.match, path.read_text(encoding="utf-8").splitlines())):
            if found["comment"]:
                words.append(found["comment"])
            elif found["call"]:
                calls.append(f"`{found['call']}`")
            elif found["service"]:
                name, what = found["service"], " ".join(words).split(". ")[0].rstrip(".")
            elif not name or not calls:
                words = []
            else:
                yield f"`{name}`", what, " ".join(calls)
                name, calls = "", []


PARTS: Mapping[str, Callable[[], str]] = {"services": services}
