"""The follower of a shadow: a thread that takes committed decisions to the shadow's process and adds up what differs.

It only ever reads the store, behind the engine. Whatever becomes of it or of its process, no answer depends on it:

    engine -> store -> (this thread reads, in order) -> process decides again -> comparison, added up here
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Event, Thread, Timer

from router.app.books.documents import files_of
from router.app.ports.store import Store
from router.app.reading.samples import Sample, read_sample
from router.app.records.commit import Commit
from router.app.records.ids import decision_id_of
from router.app.records.rule_versions import RuleVersion, VersionState
from router.app.rules.shadow_wire import Begin, Done, Failed, ToShadow, Work, receive_from_shadow, send
from router.domain.identifiers import Digest
from router.planning.effects.comparison import Comparison

PROCESS = (sys.executable, "-m", "router.app.rules.shadow_process")
ATTEMPTS_MAX = 3
"""How often the same decisions are tried, each time by a fresh process, before the shadow is given up."""
DOCUMENTS_KNOWN_MAX = 64
"""LIMIT: a process that holds more networks and rules than this makes way for a fresh one."""
ANSWER_SECONDS_MAX = 300.0
"""LIMIT: a process that is silent for longer is ended and replaced."""

ENDED = "its process ended"
"""One thing, however the end is noticed."""


class FollowerState(StrEnum):
    """STARTING: nothing is decided yet; FAILED: it does not go on until the shadow is started anew."""

    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How far the shadow of a version is: all decisions up to number `done` are in `comparison`."""

    version: RuleVersion
    done: int
    state: FollowerState = FollowerState.STARTING
    comparison: Comparison = field(default_factory=Comparison)
    restarts: int = 0
    failure: str = ""


class ProcessEnded(Exception):
    """The process of the shadow is not there any more."""


class ShadowFails(Exception):
    """The version in shadow cannot be decided with, whatever the process."""


class ShadowFollower:
    """Follows while a version is in shadow. Whoever commits tells it so by `on_commit`, from any thread."""

    def __init__(
        self,
        store: Store,
        process: Sequence[str] = PROCESS,
        answer_seconds_max: float = ANSWER_SECONDS_MAX,
    ) -> None:
        self._store = store
        self._command = tuple(process)
        self._answer_seconds_max = answer_seconds_max
        self._woken = Event()
        self._is_stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._known: set[Digest] = set()
        self._following: Following | None = None
        self._thread = Thread(target=self._run, name="shadow", daemon=True)

    def start(self) -> None:
        """Begin; a version that was in shadow before is decided again from where its shadow began."""
        self._thread.start()
        self._woken.set()

    def on_commit(self, commit: Commit) -> None:
        """Wakes only for what concerns a shadow: a version that took a step, and decisions while one is followed."""
        if commit.versions or (commit.decisions and self._following is not None):
            self._woken.set()

    def wake(self) -> None:
        """Look whether there is anything new: somebody else may have committed."""
        self._woken.set()

    def stop(self) -> None:
        """End at once; nothing is lost, because it all can be decided again."""
        self._is_stopping = True
        self._woken.set()
        while self._thread.is_alive():
            # Also a process that is only just being started must not be waited for.
            if (process := self._process) is not None:
                process.kill()
            self._thread.join(0.05)
        self._end_process()

    def following(self) -> Following | None:
        """How far it is; None while it has not heard of a shadow."""
        return self._following

    @property
    def process_id(self) -> int | None:
        """The number of the process, if one runs."""
        process = self._process
        return None if process is None else process.pid

    def _run(self) -> None:
        while not self._is_stopping:
            self._woken.wait()
            self._woken.clear()
            try:
                while not self._is_stopping and self._take_step():
                    continue
            except Exception as error:
                # The store could not be read: the next commit wakes it again, and it begins with a fresh process.
                self._end_process()
                self._note(failure=f"{type(error).__name__}: {error}")

    def _take_step(self) -> bool:
        """Compare some more decisions; whether there may be others. A process that ends is replaced."""
        version = self._look_up()
        if version is None or self._now().state is FollowerState.FAILED:
            return False
        for _ in range(ATTEMPTS_MAX):
            try:
                if self._process is None or len(self._known) > DOCUMENTS_KNOWN_MAX:
                    self._begin_process(version)
                return self._compare_next()
            except ProcessEnded as error:
                self._end_process()
                if self._is_stopping:
                    return False
                self._note(restarts=self._now().restarts + 1, failure=str(error))
            except ShadowFails as error:
                self._end_process()
                self._note(state=FollowerState.FAILED, failure=str(error))
                return False
        after = decision_id_of(self._now().done)
        self._note(
            state=FollowerState.FAILED,
            failure=f"its process ended {ATTEMPTS_MAX} times at the decisions after {after}",
        )
        return False

    def _compare_next(self) -> bool:
        """Let the process decide what comes next; whether there was anything."""
        following = self._now()
        with self._store.reader() as reader:
            sample = read_sample(reader, following.done, reader.head().event_position, self._known)
        if not sample.decisions:
            return False
        done = self._ask(work_of(sample))
        self._note(
            state=FollowerState.RUNNING,
            done=sample.decisions[-1].decision.number,
            comparison=following.comparison + done.comparison,
        )
        return True

    def _look_up(self) -> RuleVersion | None:
        """The version in shadow; of another than before nothing is done yet."""
        with self._store.reader() as reader:
            version = reader.find_version_in(VersionState.SHADOW)
        before = self._following
        if version is None:
            self._end_process()
            self._following = None
        elif before is None or before.version != version:
            self._end_process()
            self._following = Following(version=version, done=version.last.number)
        return version

    def _now(self) -> Following:
        assert self._following is not None, "it follows a version"
        return self._following

    def _note(self, **changes: object) -> None:
        if self._following is not None:
            self._following = replace(self._following, **changes)  # type: ignore[arg-type]

    def _begin_process(self, version: RuleVersion) -> None:
        self._end_process()
        self._known = set()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C at the terminal is for the server alone.
            start_new_session=True,
        )
        with self._store.reader() as reader:
            document = reader.find_document(version.digest)
        assert document is not None, "the files of every version are kept"
        self._ask(Begin(files_of(document)))

    def _ask(self, message: ToShadow) -> Done:
        """The answer of the process, which has only so long for it."""
        process = self._process
        if process is None:
            raise ProcessEnded(ENDED)
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        timer = Timer(self._answer_seconds_max, process.kill)
        timer.daemon = True
        timer.start()
        try:
            send(process.stdin, message)
            answer = receive_from_shadow(process.stdout)
        except OSError as error:
            # The pipe breaks or the answer is missing, whichever is noticed first: it is one and the same death.
            raise ProcessEnded(ENDED) from error
        except ValueError as error:
            raise ProcessEnded(f"its process answered what is no message: {error}") from error
        finally:
            timer.cancel()
        if answer is None:
            raise ProcessEnded(ENDED)
        if isinstance(answer, Failed):
            raise ShadowFails(answer.message)
        return answer

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


def work_of(sample: Sample) -> ToShadow:
    return Work(
        networks=sample.networks,
        rules=sample.rules,
        decisions=tuple((decision_id_of(one.decision.number), one.decision.body) for one in sample.decisions),
    )
