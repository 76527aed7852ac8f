"""The same on a real shop's year as one season, with forecasts from its own past and from where its goods were laid in.

The clairvoyant bound knows every order, has all units from the beginning and may divide orders; nobody pays less.
Looking ahead knows no order that will come. It knows the orders before and what was laid in where, which is made from
what the season will want: see benchmarks/real/uci_season.py for what is assumed.
"""

from statistics import mean
from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_rows import SALES, read_year
from benchmarks.real.uci_season import REFRESHES
from benchmarks.real.uci_season import measure as measure_season
from benchmarks.real.uci_world import COUNTRIES, PLACES

ONE_IN = 40
SAMPLES = (0, 7)
"""Products that looking ahead was tried on, and others that it was not."""


def measure(full: bool) -> dict[str, Any]:
    """On every fortieth product, of two samples; `full`: with what prices close that know all orders."""
    leave_if_absent(SALES, PLACES, COUNTRIES)
    invoices = read_year().invoices
    found = [measure_season(invoices, ONE_IN, sample, knows=full) for sample in SAMPLES]
    each = [one["look-ahead"]["closes_percent"] for one in found]
    return {
        "figure": "lookahead_gap_closed_uci",
        "value": round(mean(each), 1),
        "unit": "percent of the gap from exact myopic to the clairvoyant bound",
        "runs": len(found),
        "min": min(each),
        "max": max(each),
        "goal": 75,
        "refreshes": REFRESHES,
        "each": [{key: one[key] for key in one if key != "products"} for one in found],
    }
