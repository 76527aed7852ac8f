-- Accounts stand where their SKU does, not where they were first touched: what an order changes of goods that nobody wanted
-- lately lies on one page, and what it adds beside it lies there too. Their numbers, which entries name, are an index.
-- Entries and reservations go on referring to `account`, whichever table has that name.

CREATE TABLE account_by_place (
    id INTEGER NOT NULL UNIQUE,
    sku TEXT NOT NULL,
    node_id TEXT NOT NULL,
    lot TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    debits_posted INTEGER NOT NULL CHECK (debits_posted >= 0),
    credits_posted INTEGER NOT NULL CHECK (credits_posted >= 0),
    debits_pending INTEGER NOT NULL CHECK (debits_pending >= 0),
    credits_pending INTEGER NOT NULL CHECK (credits_pending >= 0),
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (sku, node_id, lot, bucket)
) STRICT, WITHOUT ROWID;

INSERT INTO account_by_place
SELECT id, sku, node_id, lot, bucket, debits_posted, credits_posted, debits_pending, credits_pending, version
FROM account ORDER BY sku, node_id, lot, bucket;

DROP TABLE account;

ALTER TABLE account_by_place RENAME TO account;
