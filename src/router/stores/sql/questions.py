"""How SQL stores are asked: statements with `?` for parameters, one page at a time where there may be many rows."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from router.stores.rows.row import Row, Value


class SqlQuestions(ABC):
    """Answers from what its connection sees; the caller decides how long that view holds still."""

    @abstractmethod
    def _rows(self, statement: str, *values: Value) -> Iterator[Row]:
        """The rows of a statement whose parameters are written `?`. Raises StoreError."""

    @abstractmethod
    def _among(self, column: str) -> str:
        """The condition that the column is one of the keys of a parameter that `_keys` makes."""

    @abstractmethod
    def _keys(self, keys: Sequence[Any]) -> Value:
        """Any number of texts, or of integers, as one parameter."""

    def _rows_listed(self, statement: str, column: str, keys: Sequence[str]) -> Iterator[Row]:
        """The rows whose column is one of the keys: one statement whatever their number."""
        return self._rows(f"{statement} WHERE {self._among(column)}", self._keys(keys))

    def _stream(self, statement: str) -> Iterator[Row]:
        """As `_rows`, of a statement that gives very many."""
        return self._rows(statement)

    def _row(self, statement: str, *values: Value) -> Row | None:
        return next(self._rows(statement + " LIMIT 1", *values), None)

    def _page(
        self, statement: str, where: Sequence[tuple[str, Value | tuple[Value, ...]]], order: str, limit: int
    ) -> Iterator[Row]:
        """The rows that meet every condition whose value is not None; a tuple holds the values of several marks."""
        wanted = [(condition, value) for condition, value in where if value is not None]
        conditions = " AND ".join(condition for condition, _ in wanted) or "TRUE"
        values = chain.from_iterable(value if isinstance(value, tuple) else (value,) for _, value in wanted)
        return self._rows(f"{statement} WHERE {conditions} ORDER BY {order} LIMIT ?", *values, limit)
