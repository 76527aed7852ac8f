"""Bugs planted in a copy of the router, one at a time, that the proof meant for them catches."""

from typing import Any

from tests.proof.planted import BUGS
from tests.proof.planting import is_caught


def measure(full: bool) -> dict[str, Any]:
    """All of them in the full form, every sixth in the short one; the goal is as many as were planted."""
    names = list(BUGS) if full else list(BUGS)[::6]
    caught = [is_caught(name) for name in names]
    return {
        "figure": "planted_bugs_caught",
        "value": sum(caught),
        "unit": "bugs",
        "runs": len(caught),
        "min": int(min(caught)),
        "max": int(max(caught)),
        "goal": len(names),
    }
