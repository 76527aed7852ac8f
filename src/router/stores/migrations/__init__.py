"""The schema as numbered steps of SQL, one folder for each dialect. A step that was applied once never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from router.app.ports.store import StoreUnusable


@dataclass(frozen=True, slots=True)
class Step:
    """`0002_rule_versions.sql`: its number, its name and its text."""

    name: str
    text: str

    @property
    def number(self) -> int:
        return int(self.name.partition("_")[0])

    @property
    def digest(self) -> str:
        """SHA-256 of the text, recorded with every database that the step was applied to."""
        return sha256(self.text.encode()).hexdigest()


def steps_of(dialect: str) -> tuple[Step, ...]:
    """All steps of `sqlite` or `postgres`, in order."""
    found = (file for file in (files(__package__) / dialect).iterdir() if file.name.endswith(".sql"))
    steps = (Step(file.name, file.read_text(encoding="utf-8")) for file in found)
    return tuple(sorted(steps, key=lambda step: step.name))


def steps_to_apply(steps: Sequence[Step], applied: Mapping[int, str], where: str) -> tuple[Step, ...]:
    """Those that a database with `applied` (number -> digest) lacks.

    Refuses with StoreUnusable a database of a newer router, and one whose steps were other ones.
    """
    known = {step.number: step for step in steps}
    newest = max(known)
    if (above := max(applied, default=0)) > newest:
        raise StoreUnusable(
            f"{where} has schema {above}, this router knows up to {newest}: use a newer router"
        )
    for number, digest in sorted(applied.items()):
        if number not in known:
            raise StoreUnusable(f"{where} was changed by step {number}, which this router does not have")
        if known[number].digest != digest:
            raise StoreUnusable(
                f"{where} was changed by another text of step `{known[number].name}`"
                f" (SHA-256 {digest[:12]}…, here {known[number].digest[:12]}…): use the router that changed it"
            )
    return tuple(step for step in steps if step.number not in applied)
