"""A bug to plant: one replaced piece of one file, and the proof that must fail then."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """In `file`, `old` (which stands there once) becomes `new`; `proof` are words for pytest."""

    file: str
    old: str
    new: str
    proof: tuple[str, ...]

    def planted_in(self, text: str) -> str:
        found = text.count(self.old)
        assert found == 1, f"{self.file} has {found} times what the bug replaces: {self.old!r}"
        return text.replace(self.old, self.new)
