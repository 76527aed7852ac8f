"""Known optima of Delmaire's single-source location problems that the router reaches, in a processor minute each."""

from typing import Any

from benchmarks.real.location_orders import decide
from benchmarks.real.optima import measure_optima


def measure(full: bool) -> dict[str, Any]:
    """Of 33 instances; the short form takes the first four."""
    return measure_optima(
        "delmaire_optima", "single-source-delmaire", 28, decide, is_single_source=True, full=full
    )
