"""How many of many random waves cost more than their orders decided one by one. The goal is none.

The waves are those of the tests: retailers with too little of everything, rules of every kind, twelve orders each. The
comparison inside `route_wave` would hide a loss of the joint method, so what that took back is counted beside it.
"""

from random import Random
from typing import Any

from msgspec.structs import replace

from router.routing.route import route
from router.routing.wave.wave import cost_of, route_wave
from tests.routing.builders import MONDAY_TEN
from tests.routing.random_worlds import random_requests, random_shelf, random_world


def measure(full: bool) -> dict[str, Any]:
    """The figure over 1,000 waves, or over 100; with the share of their cost that deciding jointly saved."""
    losses = joint = apart_milli = together_milli = 0
    count = 1_000 if full else 100
    for seed in range(count):
        random = Random(seed)
        world = random_world(random)
        shelf = random_shelf(random, world)
        requests = [replace(request, decision_time=MONDAY_TEN) for request in random_requests(random, 12)]
        wave = route_wave(requests, world, shelf, shelf, verify=True)
        apart = cost_of(route(requests, world, shelf, shelf))
        losses += cost_of(wave.decisions) > apart
        joint += wave.joint_count > 0
        apart_milli += apart
        together_milli += cost_of(wave.decisions)
    return {
        "figure": "wave_never_worse",
        "value": losses,
        "unit": "waves dearer than one by one",
        "runs": count,
        "min": losses,
        "max": losses,
        "goal": 0,
        "decided_jointly": joint,
        "saved_percent": round(100 * (1 - together_milli / apart_milli), 3),
    }
