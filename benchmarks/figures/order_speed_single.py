"""How many times faster than CP-SAT the kernels are at 3 lines x 10 nodes x 3 services, one order a call."""

from typing import Any

from benchmarks.quality.order_speed import measure_speed


def measure(full: bool) -> dict[str, Any]:
    """CP-SAT's building and solving over the kernels' time, the same objectives; whole lines."""
    return measure_speed("order_speed_single", 100, with_bands=False, batch=1, divisible=False, full=full)
