"""Generated functions: their text holds nothing of the planner's, and sees nothing of Python's."""

import io
import tokenize

import pytest

from router.rules.expressions.scalar_code import scalar_form
from router.rules.expressions.terms import Literal, Term
from router.rules.vocabulary import Type
from tests.rules.builders import a_rule_file, compiled
from tests.rules.expressions import a_term

HOSTILE = (
    "__import__('os').system('true')",
    "'); raise SystemExit('",
    '"""\nraise SystemExit\n"""',
    "{k0}",
    "%s\\n\\x00",
    "a0",
    "\n        raise SystemExit\n",
    "\u2028raise SystemExit",
)
WORDS = frozenset(
    "def make rule return and or not in is None if else for startswith any_of all_of count_of sum_floats sum_whole "  # noqa: SIM905
    "largest span together to_float quotient bound_float bound_whole divide_floats divide_whole".split()
)


def foreign_tokens(source: str) -> list[str]:
    """What stands in the text besides our words, numbered names and signs."""
    layout = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    return [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in (tokenize.OP, *layout)
        and token.string not in WORDS
        and not (token.string[0] in "akx" and token.string[1:].isdigit())
    ]


def test_a_form_is_text_over_numbered_names() -> None:
    form = scalar_form(
        a_term('order.channel == "web" && order.total > usd(100) && dest.country in ["US", "CA"]')
    )

    assert form.source == (
        "def make(k0, k1, k2):\n"
        "    def rule(a0, a1, a2):\n"
        "        return ((a0 == k0) and (a1 > k1) and (a2 in k2))\n"
        "    return rule\n"
    )
    assert [argument.fact and argument.fact.name for argument in form.arguments] == [
        "order.channel",
        "order.total",
        "dest.country",
    ]
    assert form.constants == ("web", 10_000_000, frozenset(("US", "CA")))
    assert form.function("web", 10_000_001, "CA") is True
    assert form.function("web", 10_000_000, "CA") is False


@pytest.mark.parametrize("word", HOSTILE)
def test_words_of_planners_are_values_and_never_text(word: str) -> None:
    quoted = '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = (
        f"order.id == {quoted} || order.id in [{quoted}] || order.id.startsWith({quoted})"
        f" || default(order.attr.string, {quoted}) == {quoted} || lines.exists(line, line.sku == {quoted})"
    )

    form = scalar_form(a_term(text))

    assert foreign_tokens(form.source) == []
    assert word in form.constants
    assert form.function(word, None, []) is True
    assert form.function("x", "x", ["x", word]) is True
    assert form.function("x", "x", ["x"]) is False


def test_names_of_planners_never_become_text() -> None:
    lists = "lists: {import: [\"__import__('os')\"], eval: ['exit()']}\n"
    body = "filters:\n  - {id: exec, keep: node.id in lists.import || node.id in lists.eval}\n"
    (rule,) = compiled(a_rule_file(lists + body, id="raise")).sets[0].filters

    form = scalar_form(rule.condition)

    assert foreign_tokens(form.source) == []
    assert form.function("exit()") is False
    assert form.function("dc") is True


def test_generated_text_sees_no_builtins() -> None:
    function = scalar_form(a_term("order.line_count + 1 > 2")).function

    assert function.__globals__["__builtins__"] == {}
    assert not {"open", "eval", "exec", "__import__", "getattr"} & set(function.__globals__)


def test_the_text_of_the_largest_expressions_compiles() -> None:
    deep: Term = a_term("float(" + "(" * 10 + "order.line_count" + ")" * 10 + ") " + "* 1.5 " * 29 + "> 0.5")
    wide: Term = a_term(" || ".join(f"order.line_count == {number}" for number in range(130)))

    assert scalar_form(deep).function(1) is True
    assert scalar_form(wide).function(129) is True
    assert scalar_form(wide).function(130) is False


def test_a_form_is_compiled_once() -> None:
    form = scalar_form(Literal(type=Type.BOOL, span=a_term("true").span, value=True))

    assert form.function is form.function
    assert form.function() is True
