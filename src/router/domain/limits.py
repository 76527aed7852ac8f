"""The declared sizes. A request beyond a limit is refused with the limit's value; nothing grows without one."""

ID_LENGTH_MAX = 128
YEAR_MIN, YEAR_MAX = 1970, 2199
"""Of every date and time: room enough for orders, and calendar arithmetic cannot overflow within it."""
TEXT_LENGTH_MAX = 512
ATTRIBUTES_MAX = 32
RECIPIENT_TEXT_LENGTH_MAX = 256
EMAIL_LENGTH_MAX = 254
PHONE_LENGTH_MAX = 32
STREET_LINES_MAX = 4
LANGUAGE_LENGTH_MAX = 35
LINES_PER_ORDER_MAX = 1_000
ORDERS_PER_BATCH_MAX = 1_000
LINES_PER_BATCH_MAX = 5_000
QUANTITY_MAX = 1_000_000
UNITS_PER_ORDER_MAX = 1_000_000
UNIT_PRICE_MINOR_MAX = 100_000_000
WEIGHT_GRAMS_MAX = 10_000_000
DIMENSION_MM_MAX = 100_000
STOCK_MAX = 1_000_000_000
SERIALS_PER_REQUEST_MAX = 10_000
RESERVATION_SECONDS_MAX = 2_592_000
"""The longest time limit of a reservation: 30 days. What must last longer is made firm."""
CLOCK_JUMP_SECONDS = 300
"""A clock that jumps forward by more is not believed: nothing expires until somebody has looked."""
PAYMENT_MINOR_MAX = 1_000_000_000_000
"""Of one payment: 10 billion in a currency of hundredths. A million of them stay far inside 64 bits."""
AMOUNT_MINOR_MAX = 100_000_000
"""Of any one price or charge. With UNITS_PER_ORDER_MAX it keeps every sum of the solver far inside 64 bits."""
TRANSFER_LANES_MAX = 10_000
LANE_LEAD_DAYS_MAX = 60
KILOGRAM_MINOR_MAX = 10_000
"""With WEIGHT_GRAMS_MAX and UNITS_PER_ORDER_MAX it keeps what moving an order costs inside 64 bits."""
PRODUCTS_PER_REQUEST_MAX = 5_000
SNAPSHOT_ROWS_MAX = 2_000_000
SEQUENCE_MAX = (1 << 63) - 1
EPOCH_MAX = 1_000_000_000
LAG_SECONDS_MAX = 604_800
"""A week: nobody's stock can be older and still be of use."""
GUARD_PERCENT_MAX = 10_000
COUNTED_ROWS_MAX = 5_000
TRANSFER_LINES_MAX = 1_000
RETURN_LINES_MAX = 1_000
RETURN_POLICIES_MAX = 1_000
RETURN_REASONS_MAX = 100
RETURN_WINDOW_DAYS_MAX = 3_650
RETURN_SEND_DAYS_MAX = 365
COOL_OFF_SECONDS = 14_400
"""How long a node that rejected a shipment is offered none of its SKUs, unless said otherwise: four hours."""
REJECTIONS_MAX = 3
"""With so many an order is an exception: only a person has it decided again."""
PAGE_SIZE_MAX = 1_000
SHIPMENTS_PER_RELEASE_MAX = 1_000
BINS_PER_LAYOUT_MAX = 200_000
CROSS_AISLES_MAX = 100
FLOOR_CM_MAX = 1_000_000
"""A node is at most ten kilometres long."""
SHIPMENTS_PER_PICK_WAVE_MAX = 200
REPORTS_PER_REQUEST_MAX = 1_000
QUEUE_COMMANDS_MAX = 4_096
BATCH_ORDERS_MAX = 1_000
QUEUE_WAIT_MILLISECONDS = 5_000
"""How long orders may have to wait for their turn; more are refused with QUEUE_FULL."""
WATCHERS_MAX = 256
LEASE_SECONDS_MAX = 300
HELD_PER_REPORT_MAX = 1_000
RULE_FILE_BYTES_MAX = 1 << 20
REQUEST_BYTES_MAX = 16 << 20
IDEMPOTENCY_DAYS = 7

SHIPMENTS_PER_PLAN_MAX = 16
"""No rule may allow more shipments for one order than this."""

CHANNELS_MAX = 1_000
SUPPLIERS_PER_REQUEST_MAX = 1_000
OFFERS_PER_SUPPLIER_MAX = 100_000
LEAD_HOURS_MAX = 17_520
"""Two years."""
EXPECTED_DAYS_AGO_MAX, EXPECTED_DAYS_AHEAD_MAX = 366, 3_653
"""An expected day is at most a year past and ten years ahead: others are slips of the hand."""
REPORT_DAYS_BEFORE_MAX, REPORT_DAYS_AHEAD_MAX = 31, 31
"""What a carrier reports happened at most a month before its order was placed and a month ahead: other times are slips,
or another parcel's that had the same number."""
REPORT_EXPECTED_DAYS_MAX = 366
"""A day of delivery is at most a year behind the report that names it."""
DELAY_DAYS_AHEAD_MAX = 366
"""A delay is by a year at most: its customer is told at once, and told no earlier day afterwards."""
PROMISE_DAYS_BEFORE_MAX, PROMISE_DAYS_AHEAD_MAX = 366, 1_827
"""A promised day is at most a year before the order was placed and five years after: others are slips of the hand."""
EXTRA_UNITS_UNASKED = 10
"""So many units, or a tenth where that is more, may arrive beyond what was to come without a word."""
PURCHASE_LINES_MAX = 5_000
BOXES_MAX = 200
BOX_SIDE_MM_MAX = 10_000
BOX_WEIGHT_GRAMS_MAX = 1_000_000
UNIT_COSTS_PER_REQUEST_MAX = 1_000
BACKORDER_LIMITS_PER_REQUEST_MAX = 5_000
NODES_MAX = 5_000
CARRIERS_MAX = 1_000
SERVICE_LEVELS_MAX = 1_000
ZONES_PER_TARIFF_MAX = 1_000
BRACKETS_PER_ZONE_MAX = 1_000
LANES_PER_TARIFF_MAX = 100_000
PLACES_MAX = 200_000
CLOSED_DATES_MAX = 1_000
PROCESSING_DAYS_MAX = 30
TRANSIT_DAYS_MAX = 365
DISTANCE_KM_MAX = 21_000
POSTAL_CODE_LENGTH_MAX = 32
VOLUME_MM3_MAX = 1_000_000_000_000_000
BILLABLE_WEIGHT_GRAMS_MAX = 1_000_000_000
RATE_MICRO_MAX = 1_000_000_000
CO2E_GRAMS_PER_TONNE_KM_MAX = 100_000
PROMISES_MAX = 64
"""Service levels that one question about promises may name."""
SKUS_PER_READ_MAX = 1_000
RULE_FILES_MAX = 256
IMPORT_ROWS_MAX = 200_000
IMPORT_BYTES_MAX = 64 << 20
"""Of one imported file; it is held in memory while its rows are checked."""
IN_FLIGHT_BYTES_MAX = 256 << 20
"""Bytes of all requests being handled at one moment."""
DEADLINE_SECONDS_MAX = 30
"""How long a call without a deadline of its own may take."""
ORDERS_PER_WAVE_MAX = 20_000
WAVE_SECONDS_MAX = 600
"""How long a wave without a deadline of its own may take."""
