"""Where the time of a batch goes: `python -m benchmarks.profile_batch [--columns | --calls 28] [--samples]`.

Batches of 100 orders of three lines through all of a server but its sockets, in this process: microseconds of processor
time for an order in each phase, with `--columns` in columns instead of rows, with `--calls` as so many calls of one
order each that are decided together. `--samples` says instead what share of the engine's time each part takes, waits
for the disk included, by looking at it 3,000 times a second. `--functions` adds the same, and the functions that take
it, by cProfile in processor time, which makes whatever calls much look dearer than it is.
"""

import argparse
import cProfile
import pstats
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any, NamedTuple

from google.protobuf.message import Message

from benchmarks.durable import batches, column_batches, served_shop
from benchmarks.many_orders import NOON
from router.api.messages.times import timestamp
from router.api.v1 import columns_pb2, order_pb2, routing_pb2
from router.app.commands.deciding import RouteOrders
from router.app.engine.engine import Engine
from router.collector import keep_what_is_freed, spare_what_lives_long
from router.domain.identifiers import Instant
from router.domain.order import Order
from router.service.calls import serialize
from router.service.from_proto.columns import route_order_columns
from router.service.from_proto.orders import batch_route_orders, route_order
from router.service.parse import parse
from router.service.to_proto.columns import columns_response
from router.service.to_proto.routing import batch_response, route_order_response
from router.settings import Settings
from router.stores.sqlite.pieces import keep_pieces_ready
from router.wiring.application import Application, build_application

ORDERS_PER_BATCH = 100
WARM, TIMED, PROFILED = 3, 20, 40
work_off: Any = Engine._work_off

PARTS = (
    ("state the problems", (("round.py", "pose_round"),)),
    ("- stock, lanes and days", (("batch.py", "read_batch"),)),
    ("- rules", (("ruleset.py", "evaluate"),)),
    ("- facts", (("facts.py", "facts_of"),)),
    ("- problems", (("problems.py", "pose"),)),
    ("solve them", (("solve.py", "solve_each"),)),
    ("plans with their costs", (("plans.py", "plan_of"), ("written.py", "write_plans"))),
    ("- packing", (("parcels.py", "pack_columns"),)),
    (
        "see what orders take from each other",
        (("changes.py", "matter_to"), ("route.py", "take"), ("settle_columns.py", "stock_in_turn")),
    ),
    ("inputs of the record", (("inputs.py", "inputs_of"), ("inputs.py", "inputs_in_turn"))),
    ("book", (("route_orders.py", "book_each"),)),
    ("- packing decisions", (("replay.py", "pack_decisions"),)),
    ("count the entries", (("books.py", "check"), ("books.py", "apply"))),
    ("commit", (("batch.py", "commit"),)),
    ("- in the database", (("store.py", "_write"), ("faults.py", "one_transaction"))),
)
"""What the engine does, and the functions that do it: file and name."""


Function = tuple[str, str]
SAMPLE_SECONDS = 0.0003


class Form(NamedTuple):
    """How orders come in and answers go out: the requests of so many batches, and how each is read and answered."""

    batches: Callable[[int, str], Sequence[Sequence[Message]]]
    request: type[Message]
    read: Callable[[Any, Instant], RouteOrders]
    say: Callable[[Any, Sequence[Order]], Message | bytes]


ROWS = Form(
    lambda count, name: [[one] for one in batches(count, name)],
    routing_pb2.BatchRouteOrdersRequest,
    batch_route_orders,
    lambda answer, orders: batch_response(answer, replayed=False),
)
COLUMNS = Form(
    lambda count, name: [[one] for one in column_batches(count, name)],
    columns_pb2.RouteOrderColumnsRequest,
    route_order_columns,
    lambda answer, orders: columns_response(answer, orders, replayed=False),
)


def calls(together: int) -> Form:
    """Calls of one order each, so many of which are decided together."""
    return Form(
        lambda count, name: [list(map(single, one.orders)) for one in batches(count, name, together)],
        routing_pb2.RouteOrderRequest,
        route_order,
        lambda answer, orders: route_order_response(answer, replayed=False),
    )


def single(order: order_pb2.Order) -> routing_pb2.RouteOrderRequest:
    return routing_pb2.RouteOrderRequest(
        order=order, request_id=order.order_id, decision_time=timestamp(NOON)
    )


class Watch:
    """What the engine's thread takes: timed, or profiled where there is a profile."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.profile: cProfile.Profile | None = None

    def work_off(self, engine: Engine, waiting: Any) -> None:
        start = time.thread_time()
        if self.profile is not None:
            self.profile.enable()
        try:
            work_off(engine, waiting)
        finally:
            if self.profile is not None:
                self.profile.disable()
            self.seconds += time.thread_time() - start


class Samples:
    """What the main thread does whenever it is looked at: how often each function was at work in the engine."""

    def __init__(self) -> None:
        self.count = 0
        self.found: Counter[Function] = Counter()
        self._is_looking = False

    def take(self, number: int, frame: FrameType | None) -> None:
        """As a signal is handled: between two steps of the program, so that nothing is looked at more than it takes."""
        if self._is_looking:
            return
        self._is_looking = True
        at_work: set[Function] = set()
        while frame is not None:
            at_work.add((Path(frame.f_code.co_filename).name, frame.f_code.co_name))
            frame = frame.f_back
        if ("engine.py", "_work_off") in at_work:
            self.count += 1
            self.found.update(at_work)
        self._is_looking = False

    def print_shares(self) -> None:
        for part, functions in PARTS:
            share = sum(self.found[one] for one in functions) / max(1, self.count)
            print(f"{share:8.1%}  {part}")


def sample(application: Application, form: Form, batches: Sequence[Sequence[bytes]]) -> Samples:
    """Let the engine, which was not started, work in this thread, the only one that a signal interrupts."""
    samples = Samples()
    signal.signal(signal.SIGALRM, samples.take)

    def feed() -> None:
        phases: dict[str, float] = defaultdict(float)
        for number, batch in enumerate(batches):
            if number == WARM:
                signal.setitimer(signal.ITIMER_REAL, SAMPLE_SECONDS, SAMPLE_SECONDS)
            answer(application, form, batch, phases)
        signal.setitimer(signal.ITIMER_REAL, 0)
        application.engine.drain()

    client = Thread(target=feed, daemon=True)
    client.start()
    application.engine._run()
    client.join()
    return samples


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile_batch", description=__doc__)
    shares_by = parser.add_mutually_exclusive_group()
    shares_by.add_argument("--samples", action="store_true")
    shares_by.add_argument("--functions", action="store_true")
    form_of = parser.add_mutually_exclusive_group()
    form_of.add_argument("--columns", action="store_true")
    form_of.add_argument("--calls", type=int, metavar="TOGETHER")
    options = parser.parse_args(arguments)
    watch = Watch()
    if options.samples:
        Engine.start = lambda engine: None  # type: ignore[method-assign]
    else:
        Engine._work_off = lambda engine, waiting: watch.work_off(engine, waiting)  # type: ignore[method-assign]
    form = calls(options.calls) if options.calls else COLUMNS if options.columns else ROWS
    payloads = [
        [one.SerializeToString() for one in batch]
        for batch in form.batches(WARM + TIMED + PROFILED, "profile")
    ]
    orders_per_batch = options.calls or ORDERS_PER_BATCH
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "ledger.sqlite"
        with served_shop() as (server, _, served):
            server.process.terminate()
            server.process.wait()
            shutil.copy(served, path)
        keep_pieces_ready()
        application = build_application(Settings(database=str(path)))
        spare_what_lives_long()
        keep_what_is_freed()
        if options.samples:
            sample(application, form, payloads).print_shares()
            application.close()
            return 0
        phases: dict[str, float] = defaultdict(float)
        for number, batch in enumerate(payloads[: WARM + TIMED]):
            if number == WARM:
                phases.clear()
                watch.seconds = 0.0
            answer(application, form, batch, phases)
        phases["decide, book and commit"] = watch.seconds
        for name, seconds in sorted(phases.items(), key=lambda one: -one[1]):
            print(f"{seconds / (TIMED * orders_per_batch) * 1e6:8.1f} µs an order  {name}")
        if options.functions:
            watch.profile = cProfile.Profile(time.thread_time)
            for batch in payloads[WARM + TIMED :]:
                answer(application, form, batch, phases)
            print_shares(pstats.Stats(watch.profile))
            pstats.Stats(watch.profile).sort_stats("tottime").print_stats(40)
            pstats.Stats(watch.profile).sort_stats("cumulative").print_stats(70)
        application.close()
    return 0


def print_shares(stats: Any) -> None:
    """How much of all that was profiled each part took."""
    cumulative: dict[tuple[str, str], float] = defaultdict(float)
    for (path, _, name), (_, _, _, seconds, _) in stats.stats.items():
        cumulative[Path(path).name, name] += seconds
    for part, functions in PARTS:
        share = sum(cumulative[one] for one in functions) / stats.total_tt
        print(f"{share:8.1%}  {part}")


def answer(application: Application, form: Form, payloads: Sequence[bytes], phases: dict[str, float]) -> None:
    """The requests of one batch from their bytes to those of their answers."""
    times = [time.thread_time()]
    messages = [parse(form.request, payload) for payload in payloads]
    times.append(time.thread_time())
    commands = [form.read(message, Instant(1)) for message in messages]
    times.append(time.thread_time())
    # Nothing is taken before all are there.
    with application.engine._queue._changed:
        futures = [application.engine.submit(command) for command in commands]
    answers = [future.result(100).answer for future in futures]
    times.append(time.thread_time())
    responses = [form.say(one, command.orders) for one, command in zip(answers, commands, strict=True)]
    times.append(time.thread_time())
    for response in responses:
        serialize(response)
    times.append(time.thread_time())
    for name, place in (("parse", 0), ("read the orders", 1), ("say the answer", 3), ("serialize", 4)):
        phases[name] += times[place + 1] - times[place]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
