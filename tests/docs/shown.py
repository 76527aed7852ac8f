"""What pages show: the commands of their console blocks, each with the output that stands below it."""

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from router.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
PROMPT = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?router ")
ENDS = ("|", ">", "<", "&&", ";", "&")
LEFT_OUT = re.compile("…|\\.\\.\\.")


@dataclass
class Shown:
    """The words behind `router`, up to a pipe, a redirection or a remark; `output` is empty where none is shown."""

    heading: str
    words: list[str]
    output: str = field(default="")


def shown_in(page: Path, headings: Sequence[str] = ()) -> Iterator[Shown]:
    """All of a page, or what stands below some of its headings."""
    heading, block = "", list[str]()
    in_code = in_console = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            if in_console and (not headings or heading in headings):
                yield from shown_in_block(heading, block)
            in_code, in_console, block = not in_code, line == "```console", []
        elif in_code:
            block.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")


def shown_in_block(heading: str, block: Sequence[str]) -> Iterator[Shown]:
    """A quoted word and a line that ends with a backslash go on in the next line."""
    lines = "\n".join(block).replace("\\\n", " ").splitlines()
    has_prompts = any(line.startswith("$ ") for line in lines)
    found: Shown | None = None
    while lines:
        line = lines.pop(0)
        if line.startswith("$ ") or not has_prompts:
            if found:
                yield found
            found = None
        if found:
            found.output += f"{line}\n"
        elif PROMPT.match(line):
            found = Shown(heading, words_of(PROMPT.sub("", line), lines))
    if found:
        yield found


def words_of(text: str, further: list[str]) -> list[str]:
    """Those of one command; takes as many of the further lines as it needs."""
    while True:
        try:
            words = shlex.split(text, comments=True)
        except ValueError:
            assert further, f"a quote is never closed: {text}"
            text = f"{text}\n{further.pop(0)}"
            continue
        return words[: min((words.index(one) for one in ENDS if one in words), default=len(words))]


def printed(words: Sequence[str], address: str) -> str:
    """What the command prints, errors last."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        run([*words, "--address", address])
    return out.getvalue() + err.getvalue()


def is_shown(output: str, answer: str) -> bool:
    """Whether they are the same but for blanks, for `…` or `...` anything may stand in the answer."""
    parts = (re.escape("".join(part.split())) for part in LEFT_OUT.split(output))
    return re.fullmatch(".*".join(parts), "".join(answer.split()), re.DOTALL) is not None
