-- Whom orders go to, sealed under a key for each customer, and those keys.
-- A key is destroyed by 32 zero bytes in its place: the row keeps its size, so that SQLite overwrites it where it is.
-- `time` is when the key was made or destroyed. Rows are not kept in the order of the customers, so that none is moved.

CREATE TABLE customer_key (
    customer_id TEXT PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 32),
    time INTEGER NOT NULL
) STRICT;

CREATE TABLE recipient (
    order_id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX recipient_by_customer ON recipient (customer_id);
