"""What the blocks of one rule file are read with: its lists, own facts, currency, dates and where findings go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from router.rules.blocks.dates import ALWAYS, Window, instant_of
from router.rules.diagnostics import Code, Findings, shown
from router.rules.expressions.check import Checker
from router.rules.expressions.checking import Reach
from router.rules.expressions.parse import parse
from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import Literal, Term, Value
from router.rules.expressions.tokens import ExpressionText
from router.rules.text.budget import Budget
from router.rules.text.fields import head, read_fields, read_text, wrong_kind
from router.rules.text.tree import Kind, Node, Scalar, offsets_of
from router.rules.vocabulary import Fact, Type

ID_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")

CONSTANT = Reach(what="this value", scopes=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The header of a rule file, as far as rules depend on it."""

    findings: Findings
    budget: Budget
    set_id: str
    currency: str
    zone: ZoneInfo | None
    lists: Mapping[str, frozenset[Value]]
    attributes: Mapping[str, Fact] = field(default_factory=dict)
    window: Window = ALWAYS

    def expression(self, node: Node | None, reach: Reach, type_: Type) -> Term | None:
        """The checked expression of this type; None if it is absent or faulty."""
        if not isinstance(node, Scalar) or node.kind in (Kind.NOTHING, Kind.BROKEN):
            wrong_kind(node, "an expression is needed here", self.findings)
            return None
        text = ExpressionText(node.text, offsets_of(node), node.span.source)
        tree = parse(text, node.span, self.budget, self.findings)
        checker = Checker(
            findings=self.findings, reach=reach, currency=self.currency, lists=self.lists,
            attributes=self.attributes, zone=self.zone.key if self.zone is not None else "",
        )  # fmt: skip
        return None if tree is None else checker.expect(tree, type_)

    def condition(self, node: Node | None, owner: Node, reach: Reach) -> Term:
        """The condition of `owner`. An absent one always holds, and so does a faulty one, which has been reported."""
        always = Literal(type=Type.BOOL, span=head(owner), value=True)
        return always if node is None else self.expression(node, reach, Type.BOOL) or always

    def amount(self, node: Node | None, what: str) -> int | None:
        """An amount without facts, at least zero, in thousandths of a minor unit."""
        term = self.expression(node, CONSTANT, Type.MONEY)
        if term is None:
            return None
        amount_milli = int(constant(term))
        if amount_milli < 0:
            self.findings.add(Code.BAD_VALUE, term.span, f"{what} is negative")
            return None
        return amount_milli

    def dates(self, node: Node | None) -> Window | None:
        """`effective: {from, to}` as instants; without it, always."""
        if node is None:
            return ALWAYS
        fields = read_fields(node, "`effective`", self.findings, required=(), optional=("from", "to"))
        if fields is None:
            return None
        if not fields:
            self.findings.add(Code.MISSING_KEY, head(node), "`effective` needs `from` or `to`")
            return None
        if self.zone is None:
            self.findings.add(
                Code.MISSING_KEY,
                head(node),
                "dates need the rule set's `timezone`",
                help="timezone: America/New_York",
            )
            return None
        start = self.instant(fields["from"], "`from`", self.zone) if "from" in fields else ALWAYS.start
        end = self.instant(fields["to"], "`to`", self.zone) if "to" in fields else ALWAYS.end
        if start is None or end is None:
            return None
        if start >= end:
            self.findings.add(
                Code.BAD_DATE,
                head(node),
                "the dates are an empty interval",
                help="`to` is the first day after",
            )
            return None
        return Window(start, end)

    def instant(self, node: Node, what: str, zone: ZoneInfo) -> int | None:
        text = read_text(node, what, self.findings)
        if text is None:
            return None
        instant = instant_of(text, zone)
        if instant is None:
            expected = 'a local date "2026-11-23" or time "2026-11-23T09:00"'
            self.findings.add(Code.BAD_DATE, node.span, f"{what} cannot be {shown(text)}", expected=expected)
        return instant

    def identifier(self, node: Node | None, what: str) -> str | None:
        text = read_text(node, what, self.findings)
        if node is None or text is None or ID_PATTERN.fullmatch(text):
            return text
        self.findings.add(
            Code.BAD_VALUE, node.span, f"{what} cannot be {shown(text)}",
            expected="lower-case letters, digits and `-`, beginning with a letter, 64 at most",
        )  # fmt: skip
        return None
