-- Suppliers, packed, and purchase orders: packed, with what they are looked for by.

CREATE TABLE supplier (
    supplier_id TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_order (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    supplier_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX purchase_order_open ON purchase_order (number) WHERE state <= 3;
