"""The blocks of a rule file: which keys the rules of each take, which facts they may read, and what several do.

Every rule has `id` too, and may have `when`, `because` and `effective`; a rule of a first-match block also
`overrides`. `rules_of_*.py` read the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from router.rules.blocks.effects import FIRST_MATCH, Block
from router.rules.expressions.checking import Reach
from router.rules.vocabulary import Scope

WEIGHT_MAX = 1_000_000
"""Points of a score."""
WAIT_DAYS_MAX = 3_650
WAITING_UNITS_MAX = 1_000_000_000
"""The highest limit of units that wait, as of `PutBackorderLimits`."""

OF_ORDERS = frozenset((Scope.ORDER, Scope.TIME))
OF_LINES = OF_ORDERS | {Scope.LINE}
OF_STOCK = OF_LINES | {Scope.NODE, Scope.PAIR, Scope.STOCK}
ALL_BUT_SHIPMENTS = frozenset(Scope) - {Scope.SHIPMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """What a block's rules look like. `hit_policy` says what several that hold do; `reach` is that of conditions.

    In a first-match block the last rule is `default` and has no `when`.
    """

    block: Block
    hit_policy: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    reach: Reach

    @property
    def first_match(self) -> bool:
        return self.block in FIRST_MATCH

    @property
    def all_optional(self) -> tuple[str, ...]:
        """With the keys that rules of every block may have."""
        when = () if "when" in self.required else ("when",)
        overrides = ("overrides",) if self.first_match else ()
        return (*when, *self.optional, "because", "effective", *overrides)

    @property
    def value_reach(self) -> Reach:
        """What amounts and other values may read: they never depend on what else is in the shipment."""
        return replace(self.reach, scopes=self.reach.scopes - {Scope.SHIPMENT})


_TABLE = (
    BlockSpec(
        block=Block.HOLDS, hit_policy="an order that any names ships nothing until a person releases it",
        required=("when",),
        reach=Reach(
            what="a hold", scopes=OF_ORDERS,
            help="a hold is of a whole order; ask its lines with `lines.exists(line, ...)`",
        ),
    ),
    BlockSpec(
        block=Block.ON_ACCOUNT,
        hit_policy="goods of an order that any names may leave unpaid, all others leave when payments cover them",
        reach=Reach(
            what="`on_account`", scopes=OF_ORDERS,
            help="whole orders are on account; ask their lines with `lines.exists(line, ...)`",
        ),
    ),
    BlockSpec(
        block=Block.SUBSTITUTES, hit_policy="each offers its products; of two that offer the same the first counts",
        required=("offer",), optional=("penalty", "only_short", "consent"),
        reach=Reach(
            what="`substitutes`", scopes=OF_LINES,
            help="a product is offered wherever it ships from; what holds at a node is a rule of its own",
        ),
    ),
    BlockSpec(
        block=Block.FILTERS, hit_policy="a node stays if every one keeps it",
        required=("keep",),
        reach=Reach(
            what="a filter", scopes=OF_ORDERS | {Scope.NODE, Scope.PAIR},
            help="a filter removes a node for a whole order; use a ban in `constraints` for single lines or services",
        ),
    ),
    BlockSpec(
        block=Block.CONSTRAINTS, hit_policy="bans add up; nothing lifts one",
        required=("ban",), optional=("soften",),
        reach=Reach(what="a ban", scopes=frozenset(Scope)),
    ),
    BlockSpec(
        block=Block.TOGETHER, hit_policy="each makes a group; groups that share a line are one",
        reach=Reach(
            what="`together`", scopes=OF_LINES, help="lines are kept together wherever they ship from",
        ),
    ),
    BlockSpec(
        block=Block.SAFETY_STOCK,
        hit_policy="the most specific decides: line.sku > line.category > node.id > others, then the largest `keep`",
        required=("keep",),
        reach=Reach(what="safety stock", scopes=OF_STOCK, help="safety stock is kept whatever service is used"),
    ),
    BlockSpec(
        block=Block.STOCK_CAPS, hit_policy="the least counts",
        optional=("share", "units"),
        reach=Reach(what="a stock cap", scopes=OF_STOCK, help="a cap holds whatever service is used"),
    ),
    BlockSpec(
        block=Block.SCORES, hit_policy="points missed add up",
        required=("weight", "value"),
        reach=Reach(
            what="a score", scopes=ALL_BUT_SHIPMENTS, help="a price by what is in a shipment is a rule of `costs`",
        ),
    ),
    BlockSpec(
        block=Block.COSTS, hit_policy="they add up",
        required=("per", "amount"),
        reach=Reach(what="a cost", scopes=frozenset(Scope)),
    ),
    BlockSpec(
        block=Block.CARRIERS, hit_policy="the first that holds names the only services",
        required=("use",),
        reach=Reach(what="`carriers`", scopes=OF_LINES | {Scope.NODE, Scope.PAIR, Scope.SHIPMENT}),
    ),
    BlockSpec(
        block=Block.SPLITS, hit_policy="the first that holds decides",
        optional=("max_shipments", "min_value", "extra_box", "units", "complete"),
        reach=Reach(
            what="`splits`", scopes=OF_ORDERS,
            help="a split is of a whole order; ask its lines with `lines.exists(line, ...)`",
        ),
    ),
    BlockSpec(
        block=Block.BACKORDER, hit_policy="the first that holds decides",
        required=("do",), optional=("penalty", "until", "max_days", "max_units", "max_waiting"),
        reach=Reach(what="`backorder`", scopes=OF_LINES),
    ),
)  # fmt: skip
SPECS: Mapping[Block, BlockSpec] = {spec.block: spec for spec in _TABLE}
