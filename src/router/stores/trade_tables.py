"""The tables of what surrounds goods: channels, payments, suppliers, returns, delays, costs, carriers.

To add one: as `tables.py` says.
"""

from router.stores.table import Again, Table, bytes_, integers, texts

CHANNEL = Table(
    "channel",
    (*texts("channel_id name kind"), *integers("is_closed needs_payment")),
    key=("channel_id",),
    again=Again.RENEWED,
)
PAYMENT = Table(
    "payment",
    (
        *integers("number"),
        *texts("id order_id"),
        *integers("method"),
        *texts("currency"),
        *integers("asked authorized captured released refunded expire_time"),
        *texts("provider_id decline_code"),
        *bytes_("intent"),
        *texts("gift_account_id"),
        *integers("declined_act"),
        *texts("declined_act_code"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=(
        *("authorized", "captured", "released", "refunded"),
        *("expire_time", "provider_id", "decline_code", "intent", "declined_act", "declined_act_code"),
    ),
)
SUPPLIER = Table(
    "supplier", (*texts("supplier_id"), *bytes_("body")), key=("supplier_id",), again=Again.RENEWED
)
BACKORDER_LIMIT = Table(
    "backorder_limit", (*texts("sku"), *integers("units")), key=("sku",), again=Again.RENEWED
)
PURCHASE_ORDER = Table(
    "purchase_order",
    (*integers("number"), *texts("id supplier_id node_id"), *integers("state"), *bytes_("body")),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "body"),
)
GOODS_RETURN = Table(
    "goods_return",
    (
        *integers("number"),
        *texts("id order_id"),
        *integers("kind state create_time expire_time"),
        *texts("node_id reason_code"),
        *bytes_("body"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "expire_time", "node_id", "body"),
)
RETURN_POLICY = Table(
    "return_policy", (*texts("channel"), *bytes_("body")), key=("channel",), again=Again.RENEWED
)
DELAY = Table(
    "delay",
    (*integers("number"), *texts("order_id"), *integers("state due_time"), *bytes_("body")),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "due_time", "body"),
)
UNIT_COST = Table(
    "unit_cost",
    (
        *texts("sku"),
        *integers("position cost_minor"),
        *texts("currency"),
        *integers("before_minor held in_transit shipped time"),
    ),
    key=("sku", "position"),
    again=Again.RENEWED,
)
NODE_OWNER = Table(
    "node_owner",
    (*texts("node_id"), *integers("position is_supplier time"), *bytes_("units")),
    key=("node_id", "position"),
    again=Again.RENEWED,
)
BOOKING = Table(
    "booking",
    (
        *integers("number"),
        *texts("shipment_id node_id carrier_id"),
        *integers("ship_day state manifest"),
        *texts("tracking_number"),
        *bytes_("body"),
        *texts("void_decline_code"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "manifest", "body", "void_decline_code"),
)
MANIFEST = Table(
    "manifest",
    (*integers("number"), *texts("node_id carrier_id"), *integers("day"), *bytes_("body")),
    key=("number",),
    again=Again.RENEWED,
    renewed=("body",),
)
BOX_LIST = Table("box_list", (*integers("number"), *bytes_("body")), key=("number",))
PACKING = Table("packing", (*integers("number"), *texts("shipment_id"), *bytes_("body")), key=("number",))
