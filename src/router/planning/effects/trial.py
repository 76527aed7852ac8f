"""A change of rules, tried: everything that the terminal, the pull request and the report say of it."""

from dataclasses import dataclass

from router.domain.identifiers import Digest
from router.planning.effects.comparison import Comparison
from router.planning.effects.difference import Edit
from router.planning.effects.effect import Effect
from router.planning.effects.figures import Figure, figures_of
from router.planning.effects.guards import Load, loads_of
from router.routing.network.prepared import PreparedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`paths` name the new files, `source` where the orders came from, `made_time` is RFC 3339."""

    base_digest: Digest
    candidate_digest: Digest
    paths: tuple[str, ...]
    source: str
    edits: tuple[Edit, ...]
    effect: Effect
    network: PreparedNetwork
    made_time: str
    made_by: str

    @property
    def comparison(self) -> Comparison:
        return self.effect.comparison

    @property
    def currency(self) -> str:
        return self.network.network.currency

    @property
    def changes_anything(self) -> bool:
        """Whether any rule differs, or any order."""
        return bool(self.edits or self.comparison.changed or self.comparison.repriced)

    def loads(self) -> tuple[Load, ...]:
        return loads_of(self.comparison, self.network)

    def figures(self) -> tuple[Figure, ...]:
        return figures_of(self.comparison, self.loads(), self.currency)
