"""The layers whose instructions are counted, each prepared once and then run on the same amount of work.

Run by `benchmarks/instructions.py` under valgrind. Compiled kernels are left out: their cache belongs to one processor,
and the one that valgrind shows knows less than the machine's own, so that they would be compiled anew, there.
"""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path

from benchmarks.booking import an_engine, ask, some_orders
from benchmarks.durable import batches
from benchmarks.runs import RULES
from router.api.v1 import routing_pb2
from router.app.answers.decided import RoutedOrders
from router.app.commands.deciding import RouteOrders
from router.app.engine.engine import Engine
from router.domain.identifiers import Instant
from router.rules.ruleset import compile_rules
from router.service.calls import serialize
from router.service.faults import Faults
from router.service.from_proto.order_messages import order
from router.service.parse import parse
from router.service.to_proto.routing import result_message
from tests.app.builders import route_orders

ORDERS = 100
RUNS = 3
"""How often each layer is counted, after it has run twice."""

Run = Callable[[], object]


@contextmanager
def compile_the_baseline_rules() -> Iterator[Run]:
    files = {path.name: path.read_bytes() for path in sorted(RULES.glob("*.yaml"))}
    yield lambda: compile_rules(files)


@contextmanager
def read_a_batch_of_100() -> Iterator[Run]:
    """As the messages of a wave; those of other calls are read by a kernel."""
    (request,) = batches(1, "counted", ORDERS)
    payload = routing_pb2.WaveOrders(orders=request.orders).SerializeToString()
    faults = Faults()
    yield lambda: [
        order(one, "", Instant(0), faults) for one in parse(routing_pb2.WaveOrders, payload).orders
    ]


@contextmanager
def book_a_batch_of_100() -> Iterator[Run]:
    """Through the engine into a file; lines take what comes first, so that deciding is no part of it."""
    with a_booking_engine() as engine:
        commands = map(one_command, count())
        yield lambda: ask(engine, [next(commands)])


@contextmanager
def say_100_answers() -> Iterator[Run]:
    """As the messages of a wave; those of other calls are written by a kernel."""
    with a_booking_engine() as engine:
        routed = engine.submit(one_command(0)).result(300).answer
    assert isinstance(routed, RoutedOrders)
    yield lambda: [serialize(result_message(one)) for one in routed.results]


@contextmanager
def a_booking_engine() -> Iterator[Engine]:
    with (
        tempfile.TemporaryDirectory(prefix="router-bench-") as folder,
        an_engine(Path(folder) / "counted.sqlite") as engine,
    ):
        yield engine


def one_command(number: int) -> RouteOrders:
    """One command of 100 orders is a round of its own, however threads take turns."""
    return route_orders(*some_orders(ORDERS, f"round-{number}"), key=f"round-{number}")


LAYERS: Mapping[str, Callable[[], AbstractContextManager[Run]]] = {
    layer.__name__: layer
    for layer in (
        compile_the_baseline_rules,
        read_a_batch_of_100,
        book_a_batch_of_100,
        say_100_answers,
    )
}


def count_all() -> None:
    """Every layer RUNS times, each time between two marks."""
    with ExitStack() as stack:
        runs = [stack.enter_context(layer()) for layer in LAYERS.values()]
        for run in runs:
            run()
            run()
        gc.collect()
        gc.disable()
        subprocess.run(
            ["callgrind_control", "-i", "on", str(os.getpid())], check=True, stdout=subprocess.DEVNULL
        )
        for run in runs:
            for _ in range(RUNS):
                mark()
                run()
                mark()


def mark() -> None:
    """Enter the function of Python at which a count ends and the next one begins; nothing else here enters it."""
    sys.getrecursionlimit()


if __name__ == "__main__":
    count_all()
