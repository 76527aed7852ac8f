-- Whom orders go to, sealed under a key for each customer, and those keys; 32 zero bytes stand for a destroyed key.
-- `time` is when the key was made or destroyed.

CREATE TABLE customer_key (
    customer_id TEXT COLLATE "C" PRIMARY KEY,
    key BYTEA NOT NULL CHECK (length(key) = 32),
    time BIGINT NOT NULL
);

CREATE TABLE recipient (
    order_id TEXT COLLATE "C" PRIMARY KEY,
    customer_id TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX recipient_by_customer ON recipient (customer_id);
