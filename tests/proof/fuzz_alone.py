"""Fuzzing in a process of its own that may hold one gibibyte: `python -m tests.proof.fuzz_alone KIND SEED COUNT`.

What needs more memory dies here, whatever the machine has. The last line says what came of the inputs.
"""

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from google.protobuf.message import DecodeError

from router.api.v1 import inventory_pb2
from router.domain.limits import STOCK_MAX
from router.domain.reasons import RouterError
from router.rules.ruleset import compile_rules
from router.service.from_proto.snapshots import SnapshotAssembly
from tests.proof.mutation import mutated
from tests.rules.builders import a_rule_file
from tests.service.builders import a_snapshot

BYTES_MAX = 1 << 30
SECONDS_MAX = 5.0
REFUSALS = ("INVALID_REQUEST", "SNAPSHOT_INCOMPLETE", "REQUEST_ID_REQUIRED")

WORDS = (
    *("order.unit_count", "order.tier", "order.weight", "line.quantity", "line.hazmat", "order.nothing", "x"),
    *("+", "-", "*", "/", "%", "&&", "||", "!", "==", "!=", "<", ">=", "in", "?", ":", ",", "."),
    *("(", ")", "[", "]", "true", "null", '"GOLD"', '"', "0", "3", "1.5", "9" * 40, "1e999", "0x1f"),
    *("kg(2)", "usd(0.75)", "days(1)", "min(", "float(", "lists.cold", "\\", "\u0000", "é", "\U0001f600"),
)


GOOD = [
    "order.unit_count",
    "<=",
    "3",
    "&&",
    "order.tier",
    "==",
    '"GOLD"',
    "||",
    "!",
    "(",
    "order.unit_count",
    "+",
    "2",
    ">",
    "7",
    ")",
]


def an_expression(random: Random) -> str:
    """A good one with some words changed, or any words; sometimes the same few very often, or brackets very deep."""
    if random.random() < 0.4:
        words = [*GOOD]
        for _ in range(random.randint(0, 2)):
            words[random.randrange(len(words))] = random.choice(WORDS)
        return " ".join(words)
    words = [random.choice(WORDS) for _ in range(random.randint(1, 30))]
    if random.random() < 0.1:
        return random.choice(("(", "[", "!", "-", "f(", "(x + ")) * random.randint(1, 20_000) + " ".join(
            words
        )
    if random.random() < 0.1:
        return " && ".join(["order.unit_count < 3"] * random.randint(1, 3_000))
    return (" " if random.random() < 0.9 else "").join(words)


def compile_one(random: Random) -> str:
    """`taken` or `found fault with`: the compiler says which, and never raises."""
    when = json.dumps(an_expression(random))
    text = a_rule_file(
        f"splits:\n  - {{id: few, when: {when}, max_shipments: 1}}\n  - {{id: default, max_shipments: 3}}\n"
    )
    compilation = compile_rules({"a.yaml": text})
    assert compilation.rules is not None or compilation.diagnostics, text
    return "taken" if compilation.rules is not None else "found fault with"


def a_stream(random: Random) -> list[bytes]:
    """Messages of a good snapshot in which bytes, or whole messages, are wrong, doubled, lost or in another place."""
    rows = {
        node: {f"SKU-{n}": random.randint(0, 9) for n in range(random.randint(1, 20))} for node in ("A", "B")
    }
    messages = [message.SerializeToString() for message in a_snapshot(rows, sequence=random.randint(1, 9))]
    at = random.randrange(len(messages))
    kind = random.randrange(5)
    if kind == 0:
        messages[at] = mutated(random, messages[at])
    elif kind == 1:
        messages.insert(random.randrange(len(messages) + 1), messages[at])
    elif kind == 2:
        del messages[at]
    elif kind == 3:
        random.shuffle(messages)
    return messages


def assemble_one(random: Random) -> str:
    """What became of a stream: a whole command, a documented refusal, or no message at all."""
    assembly = SnapshotAssembly()
    try:
        for data in a_stream(random):
            assembly.add(inventory_pb2.UploadStockSnapshotRequest.FromString(data))
        command = assembly.finish()
    except DecodeError:
        return "not decoded"
    except RouterError as refused:
        return "refused" if refused.reason.value in REFUSALS else refused.reason.value
    figures = [units for rows in command.on_hand.values() for units in rows.values()]
    assert all(0 <= units <= STOCK_MAX for units in figures), command
    assert assembly.header is not None
    assert len(figures) == assembly.header.row_count, command
    return "taken"


KINDS: Mapping[str, Callable[[Random], str]] = {"expressions": compile_one, "snapshots": assemble_one}


def main(arguments: Sequence[str]) -> None:
    kind, seed, count = arguments[0], int(arguments[1]), int(arguments[2])
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    random, told = Random(seed), Counter[str]()
    for number in range(count):
        begin = time.monotonic()
        told[KINDS[kind](random)] += 1
        assert time.monotonic() - begin < SECONDS_MAX, f"input {number} took too long"
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
