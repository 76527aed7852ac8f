-- Suppliers, packed, and purchase orders: packed, with what they are looked for by.

CREATE TABLE supplier (
    supplier_id TEXT COLLATE "C" PRIMARY KEY,
    body BYTEA NOT NULL
);

CREATE TABLE purchase_order (
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    supplier_id TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX purchase_order_open ON purchase_order (number) WHERE state <= 3;
