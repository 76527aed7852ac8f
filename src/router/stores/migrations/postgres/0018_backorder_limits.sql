-- How many units of a product may wait for stock at most; -1: any number.

CREATE TABLE backorder_limit (
    sku TEXT COLLATE "C" PRIMARY KEY,
    units BIGINT NOT NULL CHECK (units >= -1)
);
