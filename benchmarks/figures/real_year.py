"""A year of a real shop from the first sale to the last refund: orders a second and the memory that it took at most.

Decided, paid by transfer, sent, captured, delivered, canceled or sent back and refunded on a ledger in a file; the
audit must be clean, the accounts agree with the books, and both with a mirror that counts beside them.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.real.data import FOLDER
from benchmarks.real.uci_life import live_sample, live_year
from benchmarks.real.uci_lived import Lived, peak_mib
from benchmarks.real.uci_rows import SALES
from benchmarks.real.uci_world import COUNTRIES, PLACES

SALES_FEW, WEEKS = 300, 6


def measure(full: bool) -> dict[str, Any]:
    """The first 300 sales, or the whole year; where the data is absent, weeks of a shop that we made up."""
    lived, source = lived_where_it_lies(None if full else SALES_FEW)
    assert lived.faults == (), lived.faults
    assert lived.differences == (), lived.differences
    assert lived.differing_rows == 0
    assert lived.held_minor == lived.mirror_minor
    counts = lived.counts
    speed = round(counts["orders"] / lived.seconds, 1)
    return {
        "figure": "real_year",
        "value": speed,
        "unit": "orders a second",
        "runs": counts["orders"],
        "min": speed,
        "max": speed,
        "goal": 0,
        "source": source,
        "routing_alone": round(counts["orders"] / lived.routing_seconds, 1),
        "cpu_ms_an_order": round(1_000 * lived.cpu_seconds / counts["orders"], 1),
        "peak_mib": round(peak_mib()),
        "entries": lived.entry_count,
        "vouchers": lived.voucher_count,
        **{name.replace(" ", "_"): count for name, count in counts.items() if name != "orders"},
    }


def lived_where_it_lies(sales: int | None) -> tuple[Lived, str]:
    """What was lived, and of which shop."""
    with tempfile.TemporaryDirectory(prefix="router-life-") as name:
        folder = Path(name)
        database = str(folder / "life.sqlite")
        if all((FOLDER / table).exists() for table in (SALES, PLACES, COUNTRIES)):
            return live_year(sales, folder, database), "Online Retail II"
        print(f"no {SALES} in {FOLDER}: {WEEKS} weeks that we made up instead", file=sys.stderr)
        return live_sample(WEEKS, folder, database), "made up"
