"""One page about a finding."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from router.rules.diagnostics import Code

HEADER = {
    "kind": "kind: RuleSet/v1", "id": "id: example", "owner": "owner: planning", "priority": "priority: 10",
    "currency": "currency: USD", "timezone": "timezone: America/New_York", "applies": 'applies: dest.country == "US"',
}  # fmt: skip
_MANY = re.compile(r"(?P<before>.*\bid: )(?P<id>[\w-]+)(?P<after>.*\S) +# and (?P<count>[0-9]+) more like it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`avoid` gives the finding, `prefer` does not; both are the part of a rule file that matters.

    `beside` is the part of a second file of the pack; `given` says what must be known besides the files.
    """

    code: Code
    title: str
    cause: str
    avoid: str
    prefer: str
    beside: str = ""
    given: str = ""


def whole_file(part: str) -> bytes:
    """The part as a rule file: with a header for the keys that it does not write itself, and all that it hints at."""
    own = set(re.findall(r"^([a-z]+):", part, re.MULTILINE))
    header = [line for key, line in HEADER.items() if key not in own]
    lines = [one for line in part.split("\n") for one in _written_out(line)]
    return "\n".join([*header, *lines]).encode()


def _written_out(line: str) -> Iterator[str]:
    """The line, and those that `# and 3 more like it` stands for."""
    yield line
    if match := _MANY.fullmatch(line):
        for number in range(int(match["count"])):
            yield f"{match['before']}{match['id']}-{number}{match['after']}"
