"""The tables, each described once, for every SQL store: its columns, its key, and what a second row of a key does.

To add a table: its line here or in `trade_tables.py`; its place in TABLES, where a commit writes it (after those it
refers to); its conversion in `rows/`; its line in `commit_rows.py`, and the question that reads it in one of the
readers; one file of SQL in `migrations/` for each dialect. To add a column: the same places.
"""

from router.stores import trade_tables
from router.stores.table import Again, Table, bytes_, integers, texts

BATCH = Table("batch", (*integers("number entry_count last_position time"), *bytes_("hash")), key=("number",))
COUNTERS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending", "version")
"""What a commit changes of an account that is there, by a statement of its own."""
ACCOUNT = Table(
    "account",
    (*integers("id"), *texts("sku node_id lot"), *integers("bucket"), *integers(" ".join(COUNTERS))),
    key=("sku", "node_id", "lot", "bucket"),
)
ENTRY = Table(
    "entry",
    (
        *integers("position time code debit credit quantity pending_position"),
        *texts("reference line_id"),
    ),
    key=("position",),
)
RESERVATION = Table(
    "reservation",
    (
        *texts("order_id"),
        *integers("position account"),
        *texts("line_id"),
        *integers("shipment quantity posted voided"),
    ),
    key=("order_id", "position"),
    again=Again.RENEWED,
    renewed=("posted", "voided"),
)
STOCK_RESERVATION = Table(
    "stock_reservation",
    (
        *integers("number"),
        *texts("reservation_id"),
        *integers("state expire_time"),
        *texts("reference"),
        *bytes_("body"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "expire_time", "body"),
)
LOT = Table("lot", (*texts("sku lot"), *integers("expiry_day")), key=("sku", "lot"), again=Again.IGNORED)
SERIAL = Table(
    "serial",
    (*texts("sku serial owner line_id"), *integers("position")),
    key=("sku", "serial"),
)
DECISION = Table(
    "decision",
    (*integers("number"), *texts("order_id"), *integers("ledger_position"), *bytes_("body")),
    key=("number",),
)
ORDER = Table(
    "order",
    (
        *integers("number"),
        *texts("order_id channel customer_id"),
        *integers("state decision_number position"),
        *bytes_("quantities"),
        *integers("rejection_count"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "decision_number", "quantities", "rejection_count"),
)
SHIPMENT = Table(
    "shipment",
    (
        *integers("number"),
        *texts("order_id"),
        *integers("shipment"),
        *texts("node_id"),
        *integers("state cut_off_time"),
        *bytes_("body"),
        *texts("tracking_number"),
        *integers("wave"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "tracking_number", "wave", "body"),
)
EVENT = Table(
    "event",
    (*integers("position time kind"), *texts("order_id subject text state node_ids")),
    key=("position",),
)
OUTCOME = Table(
    "outcome",
    (*texts("request_id"), *bytes_("body_digest"), *integers("time"), *bytes_("body")),
    key=("request_id",),
)
PRODUCT = Table("product", (*texts("sku"), *bytes_("body")), key=("sku",), again=Again.RENEWED)
DOCUMENT = Table(
    "document",
    (*texts("digest"), *integers("kind time"), *bytes_("body")),
    key=("digest",),
    again=Again.IGNORED,
)
CAPACITY = Table(
    "capacity",
    (*texts("node_id"), *integers("day shipments")),
    key=("node_id", "day"),
    again=Again.RENEWED,
)
FEED = Table(
    "feed",
    (
        *texts("feed_id"),
        *integers("sequence counting epoch floor_epoch floor lag_microseconds heard_since guard_percent"),
    ),
    key=("feed_id",),
    again=Again.RENEWED,
)
FEED_MARK = Table(
    "feed_mark",
    (*texts("feed_id node_id sku"), *integers("epoch mark")),
    key=("feed_id", "node_id", "sku"),
    again=Again.RENEWED,
)
FEED_MOVEMENT = Table(
    "feed_movement",
    (*integers("position"), *texts("feed_id node_id sku"), *integers("epoch mark units"), *texts("cause")),
    key=("position",),
)
SUSPECT = Table(
    "suspect",
    (
        *integers("number"),
        *texts("id feed_id"),
        *integers("state time row_count"),
        *texts("suspicion author note"),
        *bytes_("body"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "author", "note"),
)
TRANSFER = Table(
    "transfer",
    (
        *integers("number"),
        *texts("id from_node_id to_node_id"),
        *integers("state send_time expected_day"),
        *texts("reference"),
        *bytes_("lines"),
    ),
    key=("number",),
    again=Again.RENEWED,
    renewed=("state", "lines"),
)
RULES_CHANGE = Table(
    "rules_change",
    (
        *integers("number"),
        *texts("digest"),
        *integers("action state time"),
        *texts("author reason origin other"),
    ),
    key=("number",),
)
RULES_VERSION = Table(
    "rules_version",
    (*texts("digest"), *integers("first_change last_change state rule_count"), *texts("before")),
    key=("digest",),
    again=Again.RENEWED,
    renewed=("state", "before", "last_change"),
)
CUSTOMER_KEY = Table(
    "customer_key",
    (*texts("customer_id"), *bytes_("key"), *integers("time")),
    key=("customer_id",),
    again=Again.RENEWED,
)
RECIPIENT = Table(
    "recipient", (*texts("order_id customer_id"), *bytes_("body")), key=("order_id",), again=Again.RENEWED
)
CONTACT = Table(
    "contact",
    (*texts("customer_id"), *bytes_("digest")),
    key=("customer_id", "digest"),
    again=Again.IGNORED,
)
SINK = Table(
    "sink",
    (
        *texts("name"),
        *integers("cursor epoch"),
        *texts("holder"),
        *integers("lease_end is_disabled"),
        *texts("trouble"),
    ),
    key=("name",),
    again=Again.RENEWED,
)
HELD_EVENT = Table(
    "held_event",
    (
        *texts("sink"),
        *integers("position"),
        *texts("order_id"),
        *integers("state attempts"),
        *texts("error"),
        *integers("time"),
    ),
    key=("sink", "position"),
    again=Again.RENEWED,
)
LAYOUT = Table("layout", (*texts("node_id"), *bytes_("body")), key=("node_id",), again=Again.RENEWED)
META = Table("meta", texts("key value"), key=("key",), again=Again.RENEWED)

TABLES = (
    BATCH,
    ACCOUNT,
    ENTRY,
    RESERVATION,
    STOCK_RESERVATION,
    LOT,
    SERIAL,
    DECISION,
    ORDER,
    SHIPMENT,
    EVENT,
    OUTCOME,
    PRODUCT,
    DOCUMENT,
    CAPACITY,
    FEED,
    FEED_MARK,
    FEED_MOVEMENT,
    SUSPECT,
    TRANSFER,
    trade_tables.CHANNEL,
    trade_tables.PAYMENT,
    trade_tables.SUPPLIER,
    trade_tables.BACKORDER_LIMIT,
    trade_tables.PURCHASE_ORDER,
    trade_tables.GOODS_RETURN,
    trade_tables.RETURN_POLICY,
    trade_tables.DELAY,
    trade_tables.UNIT_COST,
    trade_tables.NODE_OWNER,
    RULES_CHANGE,
    RULES_VERSION,
    CUSTOMER_KEY,
    RECIPIENT,
    CONTACT,
    SINK,
    HELD_EVENT,
    LAYOUT,
    trade_tables.BOOKING,
    trade_tables.MANIFEST,
    trade_tables.BOX_LIST,
    trade_tables.PACKING,
    META,
)
"""All tables, in the order in which a commit writes them: a row never refers to one that comes later."""
