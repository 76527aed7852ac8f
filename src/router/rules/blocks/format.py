"""One style for rule files: keys in their order, one line where it fits, quotes where they are needed, comments kept.

The file is cut into its top-level keys as text, so that a comment moves with the key it stands above; ruamel.yaml
rewrites the inside of each. Only a file that loads is rewritten, and what it says stays the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from router.rules.blocks.effects import Block
from router.rules.diagnostics import Diagnostic, Findings
from router.rules.text.budget import Budget
from router.rules.text.load import load
from router.rules.text.tree import Kind, List, Node, kind_of_plain
from router.rules.text.tree import Mapping as MappingNode

WIDTH = 100
KEYS_PER_LINE_MAX = 4

HEADER = (
    "kind", "id", "revision", "owner", "priority", "currency", "timezone", "country", "use", "now", "applies",
    "effective", "attributes", "lists",
)  # fmt: skip
NETWORK = ("places", "nodes", "services", "products")
SECTIONS = (*HEADER, *Block, "objective", "networks", *NETWORK, "tests", "cases")
"""Top-level keys of rule, case and network files in their order; others follow as they stand."""

OPEN_LEVELS = {"lists": 1, "networks": 3, **dict.fromkeys(NETWORK, 1)}
"""Keys whose entries each stand on a line of their own, and how many levels of theirs do."""

RULE_KEYS = ("id", "when")
LAST_KEYS = ("soften", "because", "effective", "overrides")
"""What a rule's keys begin and end with; its own stay between as they stand."""

_KEY = re.compile(r"""(["']?)([A-Za-z_][\w.-]*)\1\s*:(?: |$)""")
_PLAIN = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`](?:[^\s]|[ ](?=[^\s]))*""")
_ENDS_PLAIN = re.compile(r":(?: |$)| #")
_ENDS_PLAIN_IN_LINE = re.compile(r"[,\[\]{}]")


def format_file(name: str, content: bytes) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The file's text in the one style; None, with the reasons, if it cannot be loaded as YAML."""
    findings = Findings()
    before = load(name, content, Budget(), findings)
    if before is None or findings.has_error():
        return None, findings.listed()
    text = content.decode()
    after = format_rules(text)
    again = load(name, after.encode(), Budget(), Findings())
    assert again is not None, "what is written here can be read"
    assert plain(again) == plain(before), "formatting changes no meaning"
    return after, ()


def plain(node: Node) -> object:
    """What a node says, without its places; the order of keys means nothing, that of a list does."""
    if isinstance(node, MappingNode):
        return frozenset((entry.key.text, plain(entry.value)) for entry in node.entries)
    if isinstance(node, List):
        return tuple(plain(item) for item in node.items)
    return node.kind, node.text


def format_rules(text: str) -> str:
    """The text in the one style; formatting its own answer changes nothing.

    A file that begins with something else than comments and a key, such as a mapping in braces, stays as it is.
    """
    text = text.replace("\r\n", "\n")
    first = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "")
    if _KEY.match(first) is None:
        return text
    preamble, sections = _cut(text)
    order = {name: place for place, name in enumerate(SECTIONS)}
    names = sorted(sections, key=lambda name: order.get(name, len(order)))
    # What stands at the top of a file is the file's: so it will be read the next time.
    above, own = sections[names[0]]
    preamble, sections[names[0]] = [*preamble, *above], ([], own)
    written = [_written(name, *sections[name]) for name in names]
    lines: list[str] = list(preamble)
    for number, (name, section) in enumerate(zip(names, written)):
        if number > 0 and (len(section) > 1 or len(written[number - 1]) > 1 or name not in HEADER):
            lines.append("")
        lines += section
    return "\n".join(lines) + "\n"


def _cut(text: str) -> tuple[list[str], dict[str, tuple[list[str], str]]]:
    """What stands above everything, and by top-level key the comment lines above it and its own text."""
    preamble: list[str] = []
    sections: dict[str, tuple[list[str], str]] = {}
    waiting: list[str] = []
    name, body = "", [""]
    for line in text.split("\n"):
        if match := _KEY.match(line):
            if name:
                sections[name] = (sections[name][0], "\n".join(body))
            elif waiting:
                preamble, waiting = _top(waiting), []
            name, body = match[2], [line]
            sections[name], waiting = (waiting, ""), []
        elif not line.strip() or line.startswith("#"):
            waiting.append(line)
        else:
            body += [*waiting, line]
            waiting = []
    sections[name] = (sections[name][0], "\n".join([*body, *(line for line in waiting if line)]))
    return preamble, {key: ([line for line in above if line], own) for key, (above, own) in sections.items()}


def _top(lines: Sequence[str]) -> list[str]:
    """The lines above the first key, which belong to the file: no blank line first, none twice."""
    before = ["", *lines]
    return [line for number, line in enumerate(lines) if line or before[number]]


class _Written:
    """Collects what ruamel.yaml writes; a stream would be of the outside world. With an encoding, it is given text."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)


def _written(name: str, above: list[str], text: str) -> list[str]:
    """The lines of one top-level key."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    _style(document, -OPEN_LEVELS.get(name, 0))
    if name in tuple(Block):
        for rule in document[name] or ():
            _reorder(rule)
    written = _Written()
    for token in _all_tokens(document):
        token.column = 0
    yaml.dump(document, written)
    return above + _with_comments_in_place("".join(written.parts).rstrip("\n").split("\n"))


def _reorder(rule: Any) -> None:
    """The keys of a rule in their order, unless a comment stands among them."""
    if not hasattr(rule, "move_to_end") or _has_comment(rule):
        return
    own = [key for key in rule if key not in (*RULE_KEYS, *LAST_KEYS)]
    for key in (*RULE_KEYS, *own, *LAST_KEYS):
        if key in rule:
            rule.move_to_end(key)


def _style(value: Any, depth: int) -> Any:
    """Give every collection its form and every text its quotes; the scalar to put in place of a scalar."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, CommentedMap | CommentedSeq):
        items = list(value.items() if isinstance(value, CommentedMap) else enumerate(value))
        for key, item in items:
            value[key] = _style(item, depth + 1)
            _lift_blank_line(value, key)
        if _in_line(value, depth):
            value.fa.set_flow_style()
        else:
            value.fa.set_block_style()
        return value
    return _quoted(value)


def _lift_blank_line(holder: Any, key: Any) -> None:
    """Give a blank line that ends a collection on one line to what holds it: else it would stand inside the braces."""
    value = holder[key]
    if not hasattr(value, "fa") or not value.fa.flow_style():
        return
    slot = 2 if isinstance(value, Mapping) else 0
    for group in value.ca.items.values():
        token = group[slot]
        if token is not None and not token.value.strip():
            group[slot] = None
            place = 2 if isinstance(holder, Mapping) else 0
            holder.ca.items.setdefault(key, [None] * 4)[place] = token


def _in_line(value: Any, depth: int) -> bool:
    """Whether a collection stands on one line: it fits, holds no comment, and nothing in it needs more quotes there."""
    if depth <= 0 or _has_comment(value):
        return False
    if isinstance(value, Mapping) and len(value) > KEYS_PER_LINE_MAX:
        return False
    texts = [text for text in _scalars(value) if isinstance(text, str)]
    if any("\n" in text or (_is_plain(text) and _ENDS_PLAIN_IN_LINE.search(text)) for text in texts):
        return False
    is_list_of_blocks = isinstance(value, Sequence) and any(isinstance(item, Mapping) for item in value)
    return not is_list_of_blocks and _length(value) + 2 * depth <= WIDTH


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [text for key, item in value.items() for text in (key, *_scalars(item))]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for item in value for text in _scalars(item)]
    return [value]


def _length(value: Any) -> int:
    """Characters that the value takes on one line, two for every quote and separator."""
    if isinstance(value, Mapping):
        return 2 + sum(len(str(key)) + 4 + _length(item) for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return 2 + sum(2 + _length(item) for item in value)
    return len(str(value)) + (2 if isinstance(value, str) and not _is_plain(value) else 0)


def _has_comment(value: Any) -> bool:
    if not hasattr(value, "ca"):
        return False
    own = value.ca.comment is not None or any(
        token is not None and (not isinstance(token, list) or token) for token in _tokens(value)
    )
    inner = value.values() if isinstance(value, Mapping) else value
    return own or any(_has_comment(item) for item in inner)


def _tokens(value: Any) -> list[Any]:
    """The comments of a collection, but not the blank lines that end it."""
    tokens = [token for group in value.ca.items.values() for token in group if token is not None]
    flat = [one for token in tokens for one in (token if isinstance(token, list) else [token])]
    return [one for one in flat if one.value.strip()]


def _all_tokens(value: Any) -> list[Any]:
    """Every comment in a collection and in those within it."""
    if not hasattr(value, "ca"):
        return []
    inner = value.values() if isinstance(value, Mapping) else value
    return [*_tokens(value), *(token for item in inner for token in _all_tokens(item))]


def _quoted(value: Any) -> Any:
    """Texts without quotes where every reader takes them for the same text."""
    from ruamel.yaml.scalarstring import (
        DoubleQuotedScalarString,
        FoldedScalarString,
        LiteralScalarString,
        PlainScalarString,
    )

    if not isinstance(value, str) or isinstance(value, FoldedScalarString | LiteralScalarString):
        return value
    return PlainScalarString(value) if _is_plain(value) else DoubleQuotedScalarString(value)


def _is_plain(text: str) -> bool:
    return (
        kind_of_plain(text) is Kind.TEXT
        and _PLAIN.fullmatch(text) is not None
        and _ENDS_PLAIN.search(text) is None
    )


def _with_comments_in_place(lines: Sequence[str]) -> list[str]:
    """Comment lines stand as deep as the line they speak of; no two blank lines follow each other."""
    placed: list[str] = []
    depth = 0
    for line in reversed(lines):
        bare = line.strip()
        if bare.startswith("#"):
            placed.append(" " * depth + bare)
        elif bare:
            depth = len(line) - len(line.lstrip())
            placed.append(line.rstrip())
        elif placed and placed[-1]:
            placed.append("")
    return placed[::-1]
