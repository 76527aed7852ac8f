-- Feeds: what each counts its changes by, up to where it has counted which SKU, the movements it told and has not
-- counted yet, and the snapshots kept aside. Transfers of goods between nodes.
-- A feed known before counts by sequence; what it had counted as a whole is the floor of all it counts.
-- Numbers of countings and states are those of ledger/feeds.py, app/feeds/suspect_records.py and ledger/transfers.py.

ALTER TABLE feed ADD COLUMN counting BIGINT NOT NULL DEFAULT 1 CHECK (counting BETWEEN 1 AND 3);
ALTER TABLE feed ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN floor_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN lag_microseconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN heard_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN guard_percent BIGINT NOT NULL DEFAULT 0 CHECK (guard_percent >= 0);
UPDATE feed SET floor = sequence;

-- An empty SKU stands for all of a node.
CREATE TABLE feed_mark (
    feed_id TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    PRIMARY KEY (feed_id, node_id, sku)
);

CREATE TABLE feed_movement (
    position BIGINT PRIMARY KEY,
    feed_id TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    units BIGINT NOT NULL CHECK (units <> 0),
    cause TEXT COLLATE "C" NOT NULL
);

CREATE TABLE suspect (
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    feed_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3),
    time BIGINT NOT NULL,
    row_count BIGINT NOT NULL CHECK (row_count >= 0),
    suspicion TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE transfer (
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    from_node_id TEXT COLLATE "C" NOT NULL,
    to_node_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3),
    send_time BIGINT NOT NULL,
    expected_day BIGINT NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    lines BYTEA NOT NULL
);

CREATE INDEX transfer_open ON transfer (number) WHERE state = 1;

-- Who holds units of an account, for a node that has too few.
CREATE INDEX reservation_held ON reservation (account, position) WHERE posted + voided < quantity;
