"""Steps a second of random journeys through gRPC on a ledger in a file, one call at a time, with a clean audit.

A step is one event of the life of an order: it is taken, picked, shipped, carried, held, edited, paid … or refused as
it must be. What the journey looks at in between to find its next step is counted as time and not as steps: two
questions a step. `processor_ms` is what a step takes of the processor, client and server together, whatever else
the machine does.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.journeys.journey import Journey, Tally
from tests.scenarios.worlds import over_grpc

GOAL = 200
STEPS = 200
FIRST_SEED = 110_000


def measure(full: bool) -> dict[str, Any]:
    rates, processor, tally, faults = [], [], Tally(), 0
    for seed in range(FIRST_SEED, FIRST_SEED + (20 if full else 5)):
        with tempfile.TemporaryDirectory() as folder, over_grpc(Path(folder)) as world:
            journey = Journey(world, seed, tally, is_audited=False)
            journey.begin()
            start, cpu_start = time.perf_counter(), time.process_time()
            journey.go(STEPS)
            rates.append(STEPS / (time.perf_counter() - start))
            processor.append(1_000 * (time.process_time() - cpu_start) / STEPS)
            faults += len(world.faults())
    return {
        "figure": "journey_events_per_second",
        "value": round(statistics.median(rates), 1),
        "unit": "steps/s",
        "runs": len(rates),
        "min": round(min(rates), 1),
        "max": round(max(rates), 1),
        "goal": GOAL,
        "processor_ms": round(statistics.median(processor), 2),
        "steps": sum(tally.steps.values()),
        "refused": sum(tally.refused.values()),
        "audit_faults": faults,
    }
