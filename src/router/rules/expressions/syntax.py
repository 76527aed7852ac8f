"""The tree of an expression as written, before anything is known of types."""

from dataclasses import dataclass
from decimal import Decimal

from router.rules.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Constant:
    """`12` is an int, `0.5` a Decimal: kept exact until its unit is known."""

    value: bool | int | Decimal | str
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Path:
    """`order.tier`, `lists.peak_nodes`."""

    text: str
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """`kg(2)`; with a receiver `node.id.startsWith("dc-")`, `default(order.attr.gift, "").startsWith("x")`."""

    name: str
    receiver: "Path | Call | None"
    arguments: "tuple[Syntax, ...]"
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Choices:
    """`["a", "b"]`."""

    items: "tuple[Syntax, ...]"
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x`, `-x`."""

    sign: str
    operand: "Syntax"
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Comparison, `in` or arithmetic."""

    sign: str
    left: "Syntax"
    right: "Syntax"
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Logic:
    """Two or more operands joined by the same `&&` or `||`."""

    sign: str
    operands: "tuple[Syntax, ...]"
    span: Span
    depth: int


Syntax = Constant | Path | Call | Choices | Unary | Binary | Logic
