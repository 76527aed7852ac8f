"""Processor time spent inside single functions while something larger runs."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Stopwatch:
    """Adds up the processor seconds of all calls of the functions it watches; nested ones count once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its calls timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            self._depth += 1
            try:
                return function(*arguments, **named)
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self.seconds += time.process_time() - start

        return timed


@contextmanager
def watched(places: Sequence[tuple[Any, str]]) -> Iterator[Stopwatch]:
    """Times the functions at these (owner, name) places while the block runs."""
    stopwatch = Stopwatch()
    originals = [(owner, name, getattr(owner, name)) for owner, name in places]
    for owner, name, function in originals:
        setattr(owner, name, stopwatch.watch(function))
    try:
        yield stopwatch
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)
