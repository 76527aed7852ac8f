"""What a type of event is outside: its versioned name, what it means, and its fields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """A public type of event. `fields` are those it has besides `position` and `text`."""

    name: str
    help: str
    fields: tuple[str, ...]
