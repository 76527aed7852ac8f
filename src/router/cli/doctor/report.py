"""What the doctor says of one thing."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at and found. `fix` is what to do where it is not good."""

    name: str
    is_good: bool
    found: str
    fix: str = ""


def examined(name: str, examine: Callable[[], str], fix: str) -> Check:
    """Good with what `examine` gives, or not with what it raises: a doctor does not fall ill."""
    try:
        return Check(name=name, is_good=True, found=examine())
    except Exception as error:
        lines = str(error).strip().splitlines()
        return Check(name=name, is_good=False, found=lines[0] if lines else type(error).__name__, fix=fix)
