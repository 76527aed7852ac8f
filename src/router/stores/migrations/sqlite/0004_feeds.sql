-- Feeds: what each counts its changes by, up to where it has counted which SKU, the movements it told and has not
-- counted yet, and the snapshots kept aside. Transfers of goods between nodes.
-- A feed known before counts by sequence; what it had counted as a whole is the floor of all it counts.
-- Numbers of countings and states are those of ledger/feeds.py, app/feeds/suspect_records.py and ledger/transfers.py.

ALTER TABLE feed ADD COLUMN counting INTEGER NOT NULL DEFAULT 1 CHECK (counting BETWEEN 1 AND 3);
ALTER TABLE feed ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN floor_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN lag_microseconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN heard_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN guard_percent INTEGER NOT NULL DEFAULT 0 CHECK (guard_percent >= 0);
UPDATE feed SET floor = sequence;

-- An empty SKU stands for all of a node.
CREATE TABLE feed_mark (
    feed_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (feed_id, node_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_movement (
    position INTEGER PRIMARY KEY,
    feed_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    units INTEGER NOT NULL CHECK (units <> 0),
    cause TEXT NOT NULL
) STRICT;

CREATE TABLE suspect (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    feed_id TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    time INTEGER NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    suspicion TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE transfer (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    from_node_id TEXT NOT NULL,
    to_node_id TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    send_time INTEGER NOT NULL,
    expected_day INTEGER NOT NULL,
    reference TEXT NOT NULL,
    lines BLOB NOT NULL
) STRICT;

CREATE INDEX transfer_open ON transfer (number) WHERE state = 1;

-- Who holds units of an account, for a node that has too few.
CREATE INDEX reservation_held ON reservation (account, position) WHERE posted + voided < quantity;
