"""Rule files as text: what is refused, where the finding points, and that nothing takes long or raises."""

import time

import pytest

from router.rules.ruleset import compile_rules
from tests.rules.builders import a_rule_file, compiling, findings


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        ("NO", "L122"),
        ("on", "L122"),
        ("01234", "L122"),
        ("16:30", "L122"),
        ("1e3", "L122"),
        ("2026-11-01", "L122"),
        ("1_000", "L122"),
        ("0x1F", "L122"),
        (".5", "L122"),
        ("12", "L121"),
        ("0.5", "L121"),
        ("true", "L121"),
        ("", "L121"),
        ("[a]", "L121"),
        ("&anchor x", "L101"),
        ("!tag x", "L101"),
        ("a\tb", "L101"),
        ("'x", "L101"),
        ("*alias", "L101"),
    ],
)
def test_refuses_an_owner_that_readers_could_take_for_something_else(owner, code):
    text = f"owner: {owner}\nkind: RuleSet/v1\nid: us\npriority: 1\ncurrency: USD\napplies: true\n"

    compilation = compiling(text)

    assert code in [one.code for one in compilation.diagnostics]
    assert compilation.rules is None


@pytest.mark.parametrize("owner", ['"NO"', "'01234'", "planning-us", "a:b", "2026.11.2", "north"])
def test_accepts_an_owner_that_everyone_reads_alike(owner):
    text = f"owner: {owner}\nkind: RuleSet/v1\nid: us\npriority: 1\ncurrency: USD\napplies: true\n"

    assert compiling(text).diagnostics == ()


@pytest.mark.parametrize("key", ["  per: unit", "   per: unit"])
def test_a_key_that_stands_under_no_other_is_told_where_keys_begin(key):
    (finding,) = compiling(a_rule_file(f"costs:\n  - id: late\n{key}\n    amount: usd(1)\n")).diagnostics

    assert (finding.code, finding.line, finding.column) == ("L101", 10, len(key) - len(key.lstrip()) + 1)
    assert finding.help.startswith("all keys of a rule begin in one column, the first of them behind `- `")


def test_names_both_lines_of_a_duplicate_key():
    compilation = compiling(a_rule_file("filters: []\nfilters: []\n"))

    (finding,) = compilation.diagnostics
    assert (finding.code, finding.line, finding.column) == ("L102", 9, 1)
    assert finding.message == "`filters` stands twice; first in line 8"


def test_finds_all_faults_of_a_file_at_once():
    body = (
        "filters:\n"
        "  - {id: a, kep: node.is_open}\n"
        "  - {id: B, keep: node.is_opn}\n"
        "splits:\n"
        "  - {id: default, max_shipments: 99}\n"
        "costs: 7\n"
    )

    assert findings(a_rule_file(body)) == [
        ("L120", 9, 6),
        ("L103", 9, 13),
        ("L123", 10, 10),
        ("L111", 10, 19),
        ("L123", 12, 34),
        ("L121", 13, 8),
    ]


def test_points_into_folded_text_at_the_line_that_is_wrong():
    body = "filters:\n  - id: a\n    keep: >-\n      node.is_open &&\n      nod.is_open\n"

    assert findings(a_rule_file(body)) == [("L111", 12, 7)]


def test_points_into_quoted_text_behind_its_quotes():
    body = 'filters:\n  - id: a\n    keep: "node.kind == \\"STORE\\" && !nod.is_open"\n'

    assert findings(a_rule_file(body)) == [("L111", 10, 39)]


def test_accepts_windows_line_ends_and_a_byte_order_mark():
    content = b"\xef\xbb\xbf" + a_rule_file("filters:\n  - {id: a, keep: nod.is_open}\n").replace(
        b"\n", b"\r\n"
    )

    assert findings(content) == [("L111", 9, 19)]


def test_a_pack_of_many_large_files_ends_within_two_seconds():
    files = {f"{number}.yaml": b"- a\n" * 250_000 for number in range(4)}
    begin = time.process_time()

    compilation = compile_rules(files)

    assert [one.code for one in compilation.diagnostics] == ["L116"] * 4
    assert time.process_time() - begin < 2.0
