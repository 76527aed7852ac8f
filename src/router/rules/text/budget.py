"""How much one pack may hold altogether, so that checking it takes a bounded time."""

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """LIMIT: YAML values and words of expressions left for a pack; a rule takes about a dozen and twenty."""

    nodes_left: int = 60_000
    tokens_left: int = 50_000

    def spend_node(self) -> bool:
        """Take one YAML value; False if there is none left."""
        self.nodes_left -= 1
        return self.nodes_left >= 0

    def spend_tokens(self, count: int) -> bool:
        """Take the words of one expression; False if there are too few left."""
        self.tokens_left -= count
        return self.tokens_left >= 0
