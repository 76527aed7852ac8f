"""Those who wait for an answer: who still does, and how each hears it."""

from collections.abc import Sequence

from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.commands.deciding import RouteWave
from router.app.engine.batch import Reply
from router.app.engine.queue import Waiting
from router.app.ports.store import CommitFailed
from router.domain.reasons import Reason, RouterError


def those_who_wait(taken: Sequence[Waiting], now: float) -> list[Waiting]:
    """Those whom somebody still waits for at `now` (monotonic); the others are told, and nothing happens to them."""
    waiting = []
    for one in taken:
        if not is_found_wave(one.command) and not one.future.set_running_or_notify_cancel():
            continue
        if isinstance(one.command, RouteWave) and not one.command.is_wanted():
            one.future.set_exception(
                RouterError(Reason.DEADLINE_PASSED, "nobody waits for the wave; nothing was done")
            )
        elif one.deadline is not None and one.deadline <= now:
            one.future.set_exception(
                RouterError(Reason.DEADLINE_PASSED, "the deadline passed before its turn; nothing was done")
            )
        else:
            waiting.append(one)
    return waiting


def answer_all(waiting: Sequence[Waiting], replies: Sequence[Reply]) -> None:
    """Let the answers of a committed batch go."""
    for one, reply in zip(waiting, replies, strict=True):
        if isinstance(reply.result, Exception):
            one.future.set_exception(reply.result)
        else:
            one.future.set_result(Answered(answer=reply.result, replayed=reply.is_replayed))


def failure_of(error: Exception) -> Exception:
    """What those hear whose batch was not surely committed: of a bug the bug, for nothing was booked then."""
    if not isinstance(error, CommitFailed):
        return error
    refusal = RouterError(
        Reason.COMMIT_INDETERMINATE,
        "the commit failed and may or may not be durable; repeat the call with the same request_id",
    )
    refusal.__cause__ = error
    return refusal


def is_new_wave(command: Command) -> bool:
    """Whether it is a wave that was not searched for yet."""
    return isinstance(command, RouteWave) and command.decide is None


def is_found_wave(command: Command) -> bool:
    """Whether it is a wave that comes back from its search."""
    return isinstance(command, RouteWave) and command.decide is not None
