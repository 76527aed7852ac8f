-- The journal of goods, what is counted from it, and what the router was asked and told; the same as in SQLite.
-- Times are microseconds since 1970-01-01T00:00:00Z; digests and hashes are SHA-256; bodies are MessagePack.
-- Entries, events, batches and decisions are only ever added.
-- Texts are ordered by their bytes. There are no references between tables: one batch at a time is written, by a
-- program that has checked them, and looking each up again would be done while all others wait. The audit looks.
-- Nothing but plain tables, indexes and checks: what else speaks this protocol has those, too.

CREATE TABLE meta (
    key TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

-- Whoever commits has locked this row, and lets it go with the commit.
INSERT INTO meta VALUES ('turn', '');

CREATE TABLE account (
    id BIGINT PRIMARY KEY,
    sku TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    lot TEXT COLLATE "C" NOT NULL,
    bucket BIGINT NOT NULL,
    debits_posted BIGINT NOT NULL CHECK (debits_posted >= 0),
    credits_posted BIGINT NOT NULL CHECK (credits_posted >= 0),
    debits_pending BIGINT NOT NULL CHECK (debits_pending >= 0),
    credits_pending BIGINT NOT NULL CHECK (credits_pending >= 0),
    version BIGINT NOT NULL,
    CONSTRAINT account_as_counted CHECK (version > 0),
    UNIQUE (sku, node_id, lot, bucket)
) WITH (fillfactor = 70);

CREATE TABLE batch (
    number BIGINT PRIMARY KEY,
    entry_count BIGINT NOT NULL CHECK (entry_count >= 0),
    last_position BIGINT NOT NULL,
    time BIGINT NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32)
);

CREATE TABLE entry (
    position BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    code BIGINT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    pending_position BIGINT NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    line_id TEXT COLLATE "C" NOT NULL,
    CHECK (debit <> credit),
    CHECK (pending_position < position)
);

CREATE INDEX entry_by_reference ON entry (reference, position);

CREATE TABLE reservation (
    order_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    account BIGINT NOT NULL,
    line_id TEXT COLLATE "C" NOT NULL,
    shipment BIGINT NOT NULL CHECK (shipment > 0),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    posted BIGINT NOT NULL CHECK (posted >= 0),
    voided BIGINT NOT NULL CHECK (voided >= 0),
    PRIMARY KEY (order_id, position),
    CHECK (posted + voided <= quantity)
);

CREATE TABLE decision (
    number BIGINT PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL,
    ledger_position BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE "order" (
    number BIGINT PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL UNIQUE,
    channel TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL,
    decision_number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    quantities BYTEA NOT NULL
);

CREATE INDEX order_by_customer ON "order" (customer_id, number) WHERE customer_id <> '';

CREATE TABLE event (
    position BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL
);

CREATE INDEX event_by_order ON event (order_id, position) WHERE order_id <> '';

CREATE TABLE outcome (
    request_id TEXT COLLATE "C" PRIMARY KEY,
    body_digest BYTEA NOT NULL,
    time BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX outcome_by_time ON outcome (time);

CREATE TABLE product (
    sku TEXT COLLATE "C" PRIMARY KEY,
    body BYTEA NOT NULL
);

CREATE TABLE document (
    digest TEXT COLLATE "C" PRIMARY KEY,
    kind BIGINT NOT NULL,
    time BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE capacity (
    node_id TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    shipments BIGINT NOT NULL CHECK (shipments >= 0),
    PRIMARY KEY (node_id, day)
);

CREATE TABLE feed (
    feed_id TEXT COLLATE "C" PRIMARY KEY,
    sequence BIGINT NOT NULL
);

-- What the latest batches changed, as the other processes on this database take it in. Nothing else reads it.
CREATE TABLE news (
    batch BIGINT PRIMARY KEY,
    body BYTEA NOT NULL
);
