"""One operation of a random life: what is asked, and what must hold of its outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from router.app.answers.answer import Answered
from router.domain.reasons import RouterError

PLACES = ("lille", "lyon", "nice")
Outcome = Answered | RouterError


@dataclass(frozen=True, slots=True)
class Operation:
    """A command, and what must hold of its outcome when its turn has come: that also tells the model of it."""

    command: Any
    expect: Callable[[Outcome], None]


def is_forgettable(outcome: Outcome) -> bool:
    return isinstance(outcome, RouterError) and outcome.reason.value == "IDEMPOTENCY_KEY_REUSED"


def reason_of(outcome: Outcome) -> str:
    assert isinstance(outcome, RouterError), f"not refused: {outcome}"
    return outcome.reason.value


def answer_of(outcome: Outcome) -> Any:
    assert isinstance(outcome, Answered), f"refused: {outcome}"
    return outcome.answer
