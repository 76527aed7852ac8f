"""Which names are time zones."""

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1_024)
def is_time_zone(name: str) -> bool:
    """Whether `name` is in the IANA database; never raises, whatever the name (a folder, a path, nothing)."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
