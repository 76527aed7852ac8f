-- How many units of a product may wait for stock at most; -1: any number.

CREATE TABLE backorder_limit (
    sku TEXT PRIMARY KEY,
    units INTEGER NOT NULL CHECK (units >= -1)
) STRICT, WITHOUT ROWID;
