"""Rule files made to hurt, each compiled in a process of its own with little time and memory.

`python -m tests.rules.hostile` prints one JSON object a case: what was found, in which time and memory.
"""

import json
import os
import resource
import sys
import time

from router.rules.ruleset import compile_rules
from tests.rules.builders import a_rule_file

SECONDS_MAX = 2.0
MEGABYTES_MAX = 200


def filters(*expressions: str) -> bytes:
    """A file of filters that keep where the expressions hold."""
    return a_rule_file(
        "filters:\n" + "".join(f"  - {{id: a{n}, keep: {one}}}\n" for n, one in enumerate(expressions))
    )


def an_alias_bomb() -> bytes:
    levels = ["a0: &a0 [x, x]"]
    levels += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 30)]
    return "\n".join(levels).encode()


CASES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "L101"),
    "only a byte order mark": (b"\xef\xbb\xbf", "L101"),
    "a byte order mark of UTF-16": (b"\xff\xfe", "L101"),
    "invalid UTF-8": (b"kind: RuleSet/v1\nid: \xc3\x28\n", "L101"),
    "a NUL byte": (b"kind: RuleSet/v1\nid: a\x00b\n", "L101"),
    "a tab": (b"kind:\tRuleSet/v1\n", "L101"),
    "a separator of lines that is none": ("id: a\u2028b\n".encode(), "L101"),
    "200,000 brackets": (b"[" * 200_000, "L116"),
    "100,000 open mappings": (b"{a: " * 100_000, "L116"),
    "100,000 nested lists": (b"- " * 100_000, "L116"),
    "100,000 nested keys": (b"? " * 100_000, "L116"),
    "200,000 brackets in a rule": (filters("[" * 200_000), "L116"),
    "an alias bomb": (an_alias_bomb(), "L101"),
    "10,000 anchors": (b"".join(b"k%d: &a%d x\n" % (n, n) for n in range(10_000)), "L101"),
    "a merge bomb": (b"a: &a {x: 1}\n" + b"b:\n" + b"  <<: *a\n" * 50_000, "L101"),
    "a merge": (b"<<: {a: 1}\n", "L122"),
    "tags": (b"a: !!python/object/apply:os.system ['true']\n", "L101"),
    "duplicate keys": (b"id: a\n" * 20_000, "L102"),
    "90,000 keys": (b"".join(b"k%d: 1\n" % number for number in range(90_000)), "L116"),
    "250,000 items": (b"- a\n" * 250_000, "L116"),
    "a list of 100,000 words": (
        a_rule_file("lists:\n  all: [" + ", ".join(f'"w{n}"' for n in range(100_000)) + "]\n"), "L116",
    ),
    "1 MB of one word": (b"x" * (1 << 20), "L121"),
    "more than 1 MB": (b"x" * ((1 << 20) + 1), "L116"),
    "1 MB of blanks": (b"kind: RuleSet/v1\n" + b" " * ((1 << 20) - 17), "L120"),
    "1 MB of line ends": (b"\n" * (1 << 20), "L101"),
    "1 MB of comments": (b"# x\n" * (1 << 18), "L101"),
    "escapes": (b'"' + b"\\x41" * 200_000 + b'"', "L121"),
    "a folded text of 1 MB": (a_rule_file("owner2: >\n" + "  word\n" * 140_000), "L103"),
    "two documents": (b"a: 1\n---\nb: 2\n", "L101"),
    "a directive": (b"%YAML 1.1\n---\na: 1\n", "L101"),
    "a list for a key": (b"? [a]\n: 1\n", "L101"),
    "an unclosed quote": (a_rule_file("revision: 'x\n"), "L101"),
    "an unclosed quote in an expression": (filters('order.id == "' + "\\\\" * 1_000), "L117"),
    "NO": (b"kind: RuleSet/v1\nid: NO\n", "L122"),
    "01234": (a_rule_file("lists: {zips: [01234]}\n"), "L122"),
    "16:30": (a_rule_file("lists: {times: [16:30]}\n"), "L122"),
    "10,000 unknown facts": (filters(*["nod.is_open"] * 10_000), "L111"),
    "10,000 unknown keys": (a_rule_file("filters:\n" + "  - {kep: a}\n" * 10_000), "L103"),
    "10,000 wrong units": (filters(*["order.weight > usd(1)"] * 9_000), "L110"),
    "5,000 brackets in an expression": (filters("(" * 5_000), "L116"),
    "5,000 brackets in a quoted expression": (filters('"' + "(" * 4_000 + '"'), "L116"),
    "4,000 signs": (filters("-" * 4_000), "L116"),
    "a sum of 2,000 terms": (filters("1+" * 2_000 + "1"), "L116"),
    "an expression of 10,000 terms": (filters(" || ".join(["true"] * 10_000)), "L116"),
    "250 expressions of 600 terms": (filters(*["true||" * 600 + "true"] * 250), "L116"),
    "250 lists of 400 words": (filters(*['"node.id in [' + "'a'," * 400 + "'b']\""] * 250), "L116"),
    "250 expressions of 4,000 blanks": (filters(*[f"true{' ' * 3_900}é"] * 250), "L117"),
    "250 expressions of 1,900 quotes": (filters(*["'\"" + r"\"" * 1_900 + "'"] * 250), "L117"),
    "a number of 4,000 digits": (filters("order.total > usd(" + "9" * 4_000 + ")"), "L116"),
    "a revision of 100,000 digits": (a_rule_file("revision: " + "9" * 100_000 + "\n"), "L121"),
    "a revision of 100,000 odd digits": (a_rule_file("revision: 0" + "9" * 100_000 + "\n"), "L122"),
    "an anchor of 100,000 letters": (a_rule_file("revision: &" + "a" * 100_000 + " x\n"), "L101"),
    "a name of 900,000 letters": (filters("order." + "a" * 900_000), "L116"),
    "a key of 900,000 letters": (a_rule_file("a" * 900_000 + ": 1\n"), "L101"),
    "calls of calls": (filters('"' + "float(" * 600 + ")" * 600 + '"'), "L116"),
    "methods of methods": (filters("\"has(a)" + ".size()" * 550 + '"'), "L116"),
    "lines of lines": (filters('"' + "lines.all(line, " * 200 + '"'), "L116"),
}  # fmt: skip


def measured(name: str, content: bytes) -> dict[str, object]:
    """What compiling finds, and what it takes."""
    begin = time.process_time()
    compilation = compile_rules({"a.yaml": content})
    seconds = time.process_time() - begin
    assert compilation.rules is None, "a hostile file does not compile"
    return {
        "name": name,
        "codes": sorted({str(one.code) for one in compilation.diagnostics}),
        "count": len(compilation.diagnostics),
        "text_length": max(len(one.message + one.help + one.expected) for one in compilation.diagnostics),
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Every case in a child that is killed beyond twice the time or the memory."""
    for name, (content, _) in CASES.items():
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (2 * int(SECONDS_MAX), 2 * int(SECONDS_MAX)))
            resource.setrlimit(resource.RLIMIT_DATA, (2 * MEGABYTES_MAX << 20, 2 * MEGABYTES_MAX << 20))
            print(json.dumps(measured(name, content)), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"name": name, "status": status}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
