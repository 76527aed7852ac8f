"""How many of many single alterations of certificates are found: one number of the file, one more or one less.

Every number can be meant, wherever it stands, also those of nodes that nothing ships from. Beside it: how many of the
alterations of plans, costs and bounds are found when the liar seals the file anew, and how many of all numbers.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from router.referee.certificate import check_text
from tests.routing.test_certificates import SEEDS, a_wave, certificate_of, lies, sealed


def measure(full: bool) -> dict[str, Any]:
    """The figure over 10,000 alterations, or over 1,000, spread over the waves of the tests."""
    random = Random(1)
    count = 10_000 if full else 1_000
    texts = [certificate_of(*a_wave(seed)) for seed in SEEDS]
    assert all(check_text(text).is_accepted for text in texts), "what was not altered is accepted"
    found = found_sealed = claims = claims_found = 0
    for _ in range(count):
        text = random.choice(texts)
        lines = text.splitlines(keepends=True)
        records = [json.loads(line) for line in lines[:-1]]
        place, key = random.choice(list(numbers_in(records)))
        place[key] = not place[key] if isinstance(place[key], bool) else place[key] + random.choice((1, -1))
        anew = sealed(records)
        unsealed = b"".join(anew.splitlines(keepends=True)[:-1]) + lines[-1]
        found += not check_text(unsealed).is_accepted
        found_sealed += not check_text(anew).is_accepted
        records = [json.loads(line) for line in lines[:-1]]
        _, place, key = random.choice(lies(records))
        place[key] += random.choice((1, -1))
        claims += 1
        claims_found += not check_text(sealed(records)).is_accepted
    percent = round(100 * found / count, 3)
    return {
        "figure": "certificate_tamper_detected",
        "value": percent,
        "unit": "% of single alterations found",
        "runs": count,
        "min": percent,
        "max": percent,
        "goal": 100,
        "claims_sealed_anew_percent": round(100 * claims_found / claims, 3),
        "any_number_sealed_anew_percent": round(100 * found_sealed / count, 3),
    }


def numbers_in(place: Any) -> Iterator[tuple[Any, Any]]:
    """Where each number of the file stands."""
    inside = place.items() if isinstance(place, dict) else enumerate(place)
    for key, value in inside:
        if isinstance(value, dict | list):
            yield from numbers_in(value)
        elif isinstance(value, int):
            yield place, key
