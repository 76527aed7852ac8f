"""What a table is: its columns, its key, and what a second row of a key does."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a column holds. Integers have 64 bits; texts are ordered by their bytes."""

    INTEGER = "integer"
    TEXT = "text"
    BYTES = "bytes"


class Column(tuple[str, Kind]):
    """A name and a kind."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return self[0]

    @property
    def kind(self) -> Kind:
        return self[1]


def integers(names: str) -> tuple[Column, ...]:
    """Columns of whole numbers, their names set apart by spaces; `texts` and `bytes_` likewise."""
    return tuple(Column((name, Kind.INTEGER)) for name in names.split())


def texts(names: str) -> tuple[Column, ...]:
    return tuple(Column((name, Kind.TEXT)) for name in names.split())


def bytes_(names: str) -> tuple[Column, ...]:
    return tuple(Column((name, Kind.BYTES)) for name in names.split())


class Again(Enum):
    """What happens to a row whose key is there already."""

    REFUSED = "the commit fails: such rows are only ever added"
    IGNORED = "the first row stays as it is"
    RENEWED = "the columns in `renewed` take the new values"


@dataclass(frozen=True, slots=True)
class Table:
    """`renewed` names the columns that a later row may change; empty and RENEWED: all but the key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    again: Again = Again.REFUSED
    renewed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def changing(self) -> tuple[str, ...]:
        """The columns that a row of a known key overwrites."""
        if self.again is not Again.RENEWED:
            return ()
        return self.renewed or tuple(name for name in self.names if name not in self.key)
