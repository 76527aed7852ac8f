"""Late deliveries of a real marketplace whose customers were told before, its orders lived again day by day."""

from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.olist_replay import Replay
from benchmarks.real.olist_world import FILES

SAMPLE = 600


def measure(full: bool) -> dict[str, Any]:
    """Percent; the first 600 orders, or all. Reports come late, doubled and out of order; the audit must be clean."""
    leave_if_absent(*FILES)
    told = Replay().run(None if full else SAMPLE)
    assert told.faults == (), told.faults
    percent = round(100 * told.told_before / told.late, 1) if told.late else 100.0
    return {
        "figure": "late_told_percent",
        "value": percent,
        "unit": "percent",
        "runs": told.routed,
        "min": percent,
        "max": percent,
        "goal": 100,
        "delivered": told.delivered,
        "late": told.late,
        "told_and_in_time": told.told_in_vain,
        "in_time_and_told_after": told.told_after,
        "notices": dict(told.notices),
        "delays": dict(told.delays),
        "refused": dict(told.refused),
        "audit_faults": len(told.faults),
    }
