-- The journal of goods, what is counted from it, and what the router was asked and told.
-- Times are microseconds since 1970-01-01T00:00:00Z; digests and hashes are SHA-256; bodies are MessagePack.
-- Entries, events, batches and decisions are only ever added.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    node_id TEXT NOT NULL,
    lot TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    debits_posted INTEGER NOT NULL CHECK (debits_posted >= 0),
    credits_posted INTEGER NOT NULL CHECK (credits_posted >= 0),
    debits_pending INTEGER NOT NULL CHECK (debits_pending >= 0),
    credits_pending INTEGER NOT NULL CHECK (credits_pending >= 0),
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (sku, node_id, lot, bucket)
) STRICT;

CREATE TABLE batch (
    number INTEGER PRIMARY KEY,
    entry_count INTEGER NOT NULL CHECK (entry_count >= 0),
    last_position INTEGER NOT NULL,
    time INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    code INTEGER NOT NULL,
    debit INTEGER NOT NULL REFERENCES account (id),
    credit INTEGER NOT NULL REFERENCES account (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    pending_position INTEGER NOT NULL CHECK (pending_position < position),
    reference TEXT NOT NULL,
    line_id TEXT NOT NULL,
    CHECK (debit <> credit)
) STRICT;

CREATE INDEX entry_by_reference ON entry (reference, position);

CREATE TABLE reservation (
    order_id TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES entry (position),
    account INTEGER NOT NULL REFERENCES account (id),
    line_id TEXT NOT NULL,
    shipment INTEGER NOT NULL CHECK (shipment > 0),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    posted INTEGER NOT NULL CHECK (posted >= 0),
    voided INTEGER NOT NULL CHECK (voided >= 0),
    PRIMARY KEY (order_id, position),
    CHECK (posted + voided <= quantity)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    number INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    ledger_position INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE "order" (
    number INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    decision_number INTEGER NOT NULL REFERENCES decision (number),
    position INTEGER NOT NULL,
    quantities BLOB NOT NULL
) STRICT;

CREATE INDEX order_by_customer ON "order" (customer_id, number) WHERE customer_id <> '';

CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX event_by_order ON event (order_id, position) WHERE order_id <> '';

CREATE TABLE outcome (
    request_id TEXT PRIMARY KEY,
    body_digest BLOB NOT NULL,
    time INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_by_time ON outcome (time);

CREATE TABLE product (
    sku TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    digest TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    time INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE capacity (
    node_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    shipments INTEGER NOT NULL CHECK (shipments >= 0),
    PRIMARY KEY (node_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
    feed_id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
