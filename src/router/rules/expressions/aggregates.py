"""Aggregates: the lines of an order as one value of the order, `lines.exists(line, ...)`."""

# mypy: disable-error-code="func-returns-value"

from dataclasses import replace

from router.rules.diagnostics import Code, shown
from router.rules.expressions.checking import Checking
from router.rules.expressions.syntax import Call, Path, Syntax
from router.rules.expressions.terms import NUMBERS, Fold, FoldKind, Term
from router.rules.vocabulary import Scope, Type

LINES = "lines"


def fold(checker: Checking, tree: Call) -> Term | None:
    """`lines.exists(line, ...)`: the lines of the order as one value."""
    if tree.name not in tuple(FoldKind):
        return checker.refuse(
            Code.EXPRESSION_SYNTAX, tree.span, f"unknown method {shown(tree.name)} of lines",
            f"methods of lines are: {', '.join(FoldKind)}", word=tree.name, known=tuple(FoldKind),
        )  # fmt: skip
    kind = FoldKind(tree.name)
    if checker.over_lines:
        return checker.refuse(Code.TYPE, tree.span, "an expression over lines cannot hold another one")
    if Scope.ORDER not in checker.reach.scopes:
        return checker.refuse(
            Code.FACT_OUT_OF_REACH,
            tree.span,
            f"`lines.{kind}` is a fact of orders; {checker.reach.what} cannot read it",
        )
    match tree.arguments:
        case (Path(text="line"), inner):
            pass
        case _:
            example = "line.quantity" if kind in (FoldKind.SUM, FoldKind.MAX) else 'line.hazmat != ""'
            return checker.refuse(
                Code.TYPE, tree.span, f"`lines.{kind}` takes the word `line` and what to ask of each line",
                expected=f"`lines.{kind}(line, {example})`",
            )  # fmt: skip
    scopes = frozenset((Scope.LINE, *({Scope.ORDER, Scope.TIME} & checker.reach.scopes)))
    reach = replace(checker.reach, what="an expression over lines", scopes=scopes, help="")
    return _folded(replace(checker, reach=reach, over_lines=True), tree, kind, inner)


def _folded(checker: Checking, tree: Call, kind: FoldKind, inner: Syntax) -> Term | None:
    if kind not in (FoldKind.SUM, FoldKind.MAX):
        operand = checker.typed(inner, Type.BOOL)
        type_ = Type.INT if kind is FoldKind.COUNT else Type.BOOL
        return operand and Fold(type=type_, span=tree.span, kind=kind, operand=operand)
    operand = checker.check(inner)
    if operand is not None and operand.type not in NUMBERS:
        return checker.refuse(
            Code.TYPE,
            operand.span,
            f"`lines.{kind}` needs a number; {shown(operand.span.text)} is {operand.type}",
        )
    return operand and Fold(type=operand.type, span=tree.span, kind=kind, operand=operand)
