"""The chart of accounts: which account of a company's books stands for what the journal moves."""

from collections.abc import Mapping
from enum import Enum, StrEnum

from msgspec import Struct, field

from router.ledger.accounts import Bucket
from router.ledger.flows import EntryCode
from router.ledger.payments import PaymentMethod

BASIS_POINTS = 10_000


class Role(StrEnum):
    """What an account is for. Names are the keys of a chart's file."""

    INVENTORY = "inventory"
    GOODS_IN_TRANSIT = "goods_in_transit"
    GOODS_OUT = "goods_out"
    CUSTOMERS = "customers"
    CLEARING_CARD = "clearing_card"
    CLEARING_WALLET = "clearing_wallet"
    CLEARING_BANK = "clearing_bank"
    CLEARING_CASH = "clearing_cash"
    GIFT_BALANCES = "gift_balances"
    GIFTS_ISSUED = "gifts_issued"
    SUPPLIERS = "suppliers"
    CARRIERS = "carriers"
    TAX = "tax"
    REVENUE = "revenue"
    SHIPPING_INCOME = "shipping_income"
    REFUNDS = "refunds"
    COST_OF_GOODS = "cost_of_goods"
    CARRIER_CHARGES = "carrier_charges"
    STOCK_DIFFERENCES = "stock_differences"
    SCRAP = "scrap"
    LOSSES = "losses"
    REVALUATION = "revaluation"
    OWNERSHIP = "ownership"
    MEMO_AUTHORIZED = "memo_authorized"
    MEMO_COUNTER = "memo_counter"


class BookAccount(Struct, frozen=True, kw_only=True, gc=False):
    """An account of the company's books."""

    code: str
    name: str


DEFAULT_ACCOUNTS: Mapping[Role, BookAccount] = {
    role: BookAccount(code=code, name=name)
    for role, code, name in (
        (Role.CLEARING_CARD, "1210", "Card payments to come"),
        (Role.CLEARING_WALLET, "1220", "Wallet payments to come"),
        (Role.CLEARING_BANK, "1230", "Bank transfers received"),
        (Role.CLEARING_CASH, "1240", "Cash held by carriers"),
        (Role.GIFTS_ISSUED, "1250", "Gift balances issued, not settled"),
        (Role.CUSTOMERS, "1300", "Customers"),
        (Role.INVENTORY, "1400", "Inventory"),
        (Role.GOODS_IN_TRANSIT, "1410", "Goods between nodes"),
        (Role.GOODS_OUT, "1420", "Goods on their way to customers"),
        (Role.SUPPLIERS, "2100", "Goods received, not invoiced"),
        (Role.CARRIERS, "2110", "Carriers, not invoiced"),
        (Role.TAX, "2200", "Sales tax"),
        (Role.GIFT_BALANCES, "2300", "Gift balances"),
        (Role.REVENUE, "4000", "Revenue"),
        (Role.SHIPPING_INCOME, "4010", "Shipping charged"),
        (Role.REFUNDS, "4090", "Refunds"),
        (Role.COST_OF_GOODS, "5000", "Cost of goods sold"),
        (Role.CARRIER_CHARGES, "5100", "Carrier charges"),
        (Role.STOCK_DIFFERENCES, "5200", "Stock differences"),
        (Role.SCRAP, "5210", "Goods written off"),
        (Role.LOSSES, "5220", "Goods lost on the way"),
        (Role.REVALUATION, "5230", "Change of unit costs"),
        (Role.OWNERSHIP, "5240", "Goods that changed hands with their node"),
        (Role.MEMO_AUTHORIZED, "9000", "Authorized payments (memo)"),
        (Role.MEMO_COUNTER, "9001", "Authorized payments, counter (memo)"),
    )
}

CLEARING: Mapping[PaymentMethod, Role] = {
    PaymentMethod.CARD: Role.CLEARING_CARD,
    PaymentMethod.WALLET: Role.CLEARING_WALLET,
    PaymentMethod.BANK_TRANSFER: Role.CLEARING_BANK,
    PaymentMethod.CASH_ON_DELIVERY: Role.CLEARING_CASH,
    PaymentMethod.GIFT_BALANCE: Role.GIFT_BALANCES,
}
"""Where captured money of each method stands. What was paid by gift balance is owed no longer."""

GOODS: Mapping[Bucket, Role | None] = {
    Bucket.ON_HAND: Role.INVENTORY,
    Bucket.PICKING: Role.INVENTORY,
    Bucket.INSPECT: Role.INVENTORY,
    Bucket.REFURBISH: Role.INVENTORY,
    Bucket.DAMAGED: Role.INVENTORY,
    Bucket.QUARANTINE: Role.INVENTORY,
    Bucket.IN_TRANSIT: Role.GOODS_IN_TRANSIT,
    Bucket.SHIPPED: Role.COST_OF_GOODS,
    Bucket.DELIVERED: Role.COST_OF_GOODS,
    Bucket.RETURN_INBOUND: Role.COST_OF_GOODS,
    Bucket.CUSTOMER: Role.COST_OF_GOODS,
    Bucket.SUPPLIER: Role.SUPPLIERS,
    Bucket.ON_ORDER: Role.SUPPLIERS,
    Bucket.ADJUSTMENT: Role.STOCK_DIFFERENCES,
    Bucket.LOST: Role.LOSSES,
    Bucket.DEMAND_OPEN: None,
    Bucket.BACKORDER: None,
}
"""Where the cost of units in each bucket of goods stands; None: nowhere, these are no goods but wishes.

Returned goods are the company's again when they arrive, not when they are announced; what is on order is nobody's yet.
"""

IN_NODES = frozenset(bucket for bucket, role in GOODS.items() if role is Role.INVENTORY)
"""The buckets of what lies in a node."""

INSTEAD: Mapping[tuple[EntryCode, Bucket], Role] = {(EntryCode.WRITE_OFF, Bucket.ADJUSTMENT): Role.SCRAP}
"""Codes that mean another account than their bucket does."""

HELD: frozenset[Role] = frozenset({Role.INVENTORY, Role.GOODS_IN_TRANSIT, Role.GOODS_OUT})
"""The company's goods: a change of a unit's cost changes what these are worth."""


class Recognition(Enum):
    """When a sale counts as made."""

    DISPATCH = "dispatch"
    DELIVERY = "delivery"


class Chart(Struct, frozen=True, kw_only=True, gc=False):
    """`tax` has the basis points that prices include, by country of destination; a country without one has none.

    `digest` names what it was read from.
    """

    accounts: Mapping[Role, BookAccount] = field(default_factory=lambda: dict(DEFAULT_ACCOUNTS))
    recognition: Recognition = Recognition.DISPATCH
    tax: Mapping[str, int] = field(default_factory=dict)
    digest: str = "default"

    @property
    def sale(self) -> EntryCode:
        """The entry by which a sale is made."""
        return EntryCode.SHIP if self.recognition is Recognition.DISPATCH else EntryCode.DELIVER

    def role_of(self, bucket: Bucket, code: EntryCode | None = None) -> Role | None:
        """Where the cost of units in a bucket stands."""
        if code is not None and (code, bucket) in INSTEAD:
            return INSTEAD[code, bucket]
        if bucket is Bucket.SHIPPED and self.recognition is Recognition.DELIVERY:
            return Role.GOODS_OUT
        return GOODS[bucket]

    def tax_in(self, gross_minor: int, country: str) -> int:
        """The tax that a price with tax includes, rounded half up."""
        rate = self.tax.get(country, 0)
        whole = BASIS_POINTS + rate
        return (2 * gross_minor * rate + whole) // (2 * whole)
