"""Reads the keys of a mapping as the kinds of value they should be. A result of None has been reported."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from router.domain.limits import TEXT_LENGTH_MAX
from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.text.tree import Kind, List, Node, Scalar
from router.rules.text.tree import Mapping as MappingNode

Fields = Mapping[str, Node]


def head(node: Node) -> Span:
    """Where to point when something inside the node is missing: its first key or character."""
    if isinstance(node, MappingNode) and node.entries:
        return node.entries[0].key.span
    return (
        node.span
        if isinstance(node, Scalar)
        else Span(node.span.source, node.span.start, node.span.start + 1)
    )


def read_fields(
    node: Node, what: str, findings: Findings, *, required: Collection[str], optional: Collection[str] = ()
) -> Fields | None:
    """The values by key. Unknown and missing keys are reported; the known ones are still given."""
    if not isinstance(node, MappingNode):
        wrong_kind(node, f"{what} is a mapping", findings)
        return None
    known = (*required, *optional)
    fields: dict[str, Node] = {}
    for entry in node.entries:
        if entry.key.text in known:
            fields[entry.key.text] = entry.value
        else:
            findings.add(
                Code.UNKNOWN_KEY, entry.key.span, f"{what} has no key {shown(entry.key.text)}",
                expected=", ".join(known), word=entry.key.text, known=known,
            )  # fmt: skip
    for key in required:
        if key not in fields:
            findings.add(Code.MISSING_KEY, head(node), f"{what} needs `{key}`")
    return fields


def read_items(node: Node | None, what: str, findings: Findings) -> tuple[Node, ...]:
    """The items of a list; nothing for a key that is absent."""
    if node is None:
        return ()
    if not isinstance(node, List):
        wrong_kind(node, f"{what} is a list", findings)
        return ()
    return node.items


def read_text(node: Node | None, what: str, findings: Findings) -> str | None:
    if not isinstance(node, Scalar) or node.kind is not Kind.TEXT:
        help = f'write it in quotes: "{node.text}"' if isinstance(node, Scalar) and node.text else ""
        wrong_kind(node, f"{what} is text", findings, help)
        return None
    if len(node.text) > TEXT_LENGTH_MAX:
        findings.add(Code.TOO_LARGE, node.span, f"{what} is longer than {TEXT_LENGTH_MAX} characters")
        return None
    return node.text


def read_choice(node: Node | None, what: str, choices: Collection[str], findings: Findings) -> str | None:
    """One of a closed set of words."""
    text = read_text(node, what, findings)
    if node is None or text is None or text in choices:
        return text
    findings.add(
        Code.UNKNOWN_CHOICE, node.span, f"{what} cannot be {shown(text)}",
        expected=", ".join(choices), word=text, known=choices,
    )  # fmt: skip
    return None


def read_integer(node: Node | None, what: str, least: int, most: int, findings: Findings) -> int | None:
    if not isinstance(node, Scalar) or node.kind is not Kind.INTEGER:
        wrong_kind(node, f"{what} is a whole number", findings)
        return None
    # Long digit strings are refused before `int`, which has a limit of its own.
    if len(node.text) > 18 or not least <= int(node.text) <= most:
        findings.add(
            Code.BAD_VALUE, node.span, f"{what} cannot be {shown(node.text)}", expected=f"{least} to {most}"
        )
        return None
    return int(node.text)


def read_decimal(
    node: Node | None, what: str, most: int, findings: Findings, help: str = ""
) -> Decimal | None:
    """A number from 0 to `most`."""
    if not isinstance(node, Scalar) or node.kind not in (Kind.INTEGER, Kind.DECIMAL):
        wrong_kind(node, f"{what} is a number", findings)
        return None
    if len(node.text) > 18 or not 0 <= Decimal(node.text) <= most:
        message = f"{what} cannot be {shown(node.text)}"
        findings.add(Code.BAD_VALUE, node.span, message, expected=f"0 to {most}", help=help)
        return None
    return Decimal(node.text)


def read_bool(node: Node | None, what: str, findings: Findings) -> bool | None:
    if not isinstance(node, Scalar) or node.kind is not Kind.BOOL:
        wrong_kind(node, f"{what} is true or false", findings)
        return None
    return node.text == "true"


def flat_text(node: Node) -> str:
    """The value on one line, as flow style writes it."""
    if isinstance(node, Scalar):
        return " ".join(node.text.split())
    if isinstance(node, List):
        return f"[{', '.join(map(flat_text, node.items))}]"
    return f"{{{', '.join(f'{entry.key.text}: {flat_text(entry.value)}' for entry in node.entries)}}}"


def wrong_kind(node: Node | None, message: str, findings: Findings, help: str = "") -> None:
    """Reports a value of another kind; silent where the value is missing or broken, as that is reported already."""
    if node is None or (isinstance(node, Scalar) and node.kind is Kind.BROKEN):
        return
    if isinstance(node, Scalar):
        found = node.kind.value if node.kind is Kind.NOTHING else shown(node.text)
    else:
        found = "a mapping" if isinstance(node, MappingNode) else "a list"
    findings.add(Code.WRONG_KIND, head(node), f"{message}, found {found}", help=help)
