"""Which words a text may be: `in` with its lists, and facts whose words are a closed set."""

# mypy: disable-error-code="func-returns-value"

from router.rules.diagnostics import Code, shown
from router.rules.expressions.checking import Checking
from router.rules.expressions.literals import unit_hint
from router.rules.expressions.syntax import Binary, Choices, Path
from router.rules.expressions.terms import Default, Literal, Read, Term, Value, Within
from router.rules.vocabulary import Type


def may_be(checker: Checking, fact: Term, word: Term) -> bool:
    """Whether a literal is one of the words of a fact whose words are a closed set; reports it if not."""
    words = _closed_words(fact)
    if not words or not isinstance(word, Literal) or word.value in words:
        return True
    checker.refuse(
        Code.UNKNOWN_CHOICE, word.span, f"{shown(fact.span.text)} is never `{word.value}`",
        expected=", ".join(words), word=str(word.value), known=words,
    )  # fmt: skip
    return False


def within(checker: Checking, tree: Binary) -> Term | None:
    left = checker.check(tree.left)
    if isinstance(tree.right, Choices):
        values = _choices(checker, tree.right, left)
    elif isinstance(tree.right, Path) and tree.right.text.startswith("lists."):
        values = _named_list(checker, tree.right, left)
    else:
        return checker.refuse(
            Code.TYPE, tree.right.span, "`in` needs a list", expected='`["a", "b"]` or `lists.name`'
        )
    if left is None or values is None:
        return None
    return Within(type=Type.BOOL, span=tree.span, left=left, values=values)


def _choices(checker: Checking, tree: Choices, left: Term | None) -> frozenset[Value] | None:
    terms = [checker.check(item) for item in tree.items]
    if not terms:
        return checker.refuse(Code.BAD_VALUE, tree.span, "an empty list: nothing is ever in it")
    if left is None or any(term is None for term in terms):
        return None
    values: set[Value] = set()
    for term in terms:
        if not isinstance(term, Literal):
            return checker.refuse(Code.TYPE, tree.span, "lists hold literals only")
        if term.type is not left.type:
            message = f"{shown(term.span.text)} is {term.type}, but {shown(left.span.text)} is {left.type}"
            return checker.refuse(Code.TYPE, term.span, message, unit_hint(left.type, term, checker.currency))
        values.add(term.value)
    sound = [may_be(checker, left, term) for term in terms if term is not None]
    return frozenset(values) if all(sound) else None


def _named_list(checker: Checking, path: Path, left: Term | None) -> frozenset[Value] | None:
    name = path.text.removeprefix("lists.")
    values = list_named(checker, path)
    if values is None:
        return None
    if left is not None and left.type is not Type.STRING:
        return checker.refuse(
            Code.TYPE, left.span, f"`{path.text}` holds strings; {shown(left.span.text)} is {left.type}"
        )
    words = _closed_words(left) if left is not None else ()
    strangers = sorted(str(value) for value in values if words and value not in words)
    if left is not None and strangers:
        return checker.refuse(
            Code.UNKNOWN_CHOICE, path.span,
            f"the list `{name}` holds {shown(strangers[0])}, which {shown(left.span.text)} never is",
            expected=", ".join(words), word=strangers[0], known=words,
        )  # fmt: skip
    return values


def list_named(checker: Checking, path: Path) -> frozenset[Value] | None:
    name = path.text.removeprefix("lists.")
    if name not in checker.lists:
        known = [f"lists.{known}" for known in checker.lists]
        return checker.refuse(
            Code.UNKNOWN_LIST, path.span, f"unknown list {shown(name)}", word=path.text, known=known
        )
    return checker.lists[name]


def _closed_words(term: Term) -> tuple[str, ...]:
    """The only words that a string may be, empty if it may be any."""
    return term.fact.values if isinstance(term, Read | Default) else ()
