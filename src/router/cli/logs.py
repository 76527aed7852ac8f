"""Logs to standard error: text for people, one JSON object a line for machines."""

import json
import logging
import sys
import time

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}
COLORED = "color_message"
"""The message once more, as uvicorn colors it for a terminal."""


class Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f"  {name}={value}" for name, value in facts_of(record).items())
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return f"{instant_of(record)} {record.levelname.lower():7} {record.getMessage()}{facts}{trace}"


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": instant_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **facts_of(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def set_up_logs(log_format: str) -> None:
    """Log in `log_format` (`text` or `json`; empty decides by whether anybody is looking)."""
    as_text = log_format == "text" or (not log_format and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Text() if as_text else Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # It would tell every delivery of an event, with the address: some have a secret in it.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def instant_of(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"


def facts_of(record: logging.LogRecord) -> dict[str, object]:
    """What was given as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in STANDARD and name != COLORED}
