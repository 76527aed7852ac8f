"""What the text of a setting means, or why it is refused."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from router.domain.identifiers import Instant

FAKE_PAYMENTS = "fake"
HISTORY = "history"
MODEL_EFFORT_MAX = 60
CLOCK_JUMP_SECONDS_MAX = 86_400
LOOK_AHEAD_DAYS_MAX = 56
Default = TypeVar("Default")
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingsRefused(Exception):
    """A setting that does not exist or has no sensible value."""


def address_of(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if text.startswith("unix:") and text != "unix:":
        return text
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise SettingsRefused(f"address is `{text}`, must be `host:port` such as 127.0.0.1:50051")
    return text


def page_address(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if text and not (colon and host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise SettingsRefused(f"metrics_address is `{text}`, must be `host:port` such as 127.0.0.1:9464")
    return text


def provider_of(name: str, text: str) -> str:
    url = urlsplit(text)
    is_here = url.scheme == "http" and url.hostname in ("127.0.0.1", "::1", "localhost")
    if text in ("", FAKE_PAYMENTS) or (url.scheme == "https" and url.hostname) or is_here:
        return text
    raise SettingsRefused(
        f"{name} is `{text}`, must be `{FAKE_PAYMENTS}` or an https:// URL (http:// on this machine only)"
    )


def effort_of(text: str) -> float:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and float(text) <= MODEL_EFFORT_MAX):
        raise SettingsRefused(
            f"model_effort is `{text}`, must be 0 to {MODEL_EFFORT_MAX} seconds such as 0.05"
        )
    return float(text)


def seconds_of(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= CLOCK_JUMP_SECONDS_MAX):
        raise SettingsRefused(f"{name} is `{text}`, must be 1 to {CLOCK_JUMP_SECONDS_MAX} seconds")
    return int(text)


def days_of(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LOOK_AHEAD_DAYS_MAX):
        raise SettingsRefused(f"{name} is `{text}`, must be 1 to {LOOK_AHEAD_DAYS_MAX} days")
    return int(text)


def laid_in_of(texts: Mapping[str, str]) -> Instant:
    """Midnight UTC of the day. Only the ledger's own orders say what was taken since, and only a share what is left."""
    text = texts["look_ahead_laid_in"]
    if texts.get("look_ahead") != HISTORY or not texts.get("look_ahead_sells"):
        raise SettingsRefused(
            f"look_ahead_laid_in is `{text}`, which needs look_ahead `{HISTORY}` and look_ahead_sells; say both, or"
            " leave look_ahead_laid_in out"
        )
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise SettingsRefused(f"look_ahead_laid_in is `{text}`, must be a day such as 2026-03-02") from None
    return Instant(round(datetime.combine(day, time.min, UTC).timestamp()) * 1_000_000)


def path_of(text: str | None) -> Path | None:
    return Path(text) if text else None


def whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SettingsRefused(f"{name} is `{text}`, must be a whole number from {low:,} to {high:,}")
    return int(text)


def number(texts: Mapping[str, str], name: str, default: Default, low: int, high: int) -> int | Default:
    """The whole number that the setting says; `default` where it is not there, or empty."""
    text = texts.get(name)
    return whole(name, text, low, high) if text else default


def truth(name: str, text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise SettingsRefused(f"{name} is `{text}`, must be yes or no")


def choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text in choices:
        return text
    raise SettingsRefused(f"{name} is `{text}`, must be one of {', '.join(filter(None, choices))}")
