-- Reservations of those who have no order yet, lots of goods that expire, and serial numbers of units that left.
-- Numbers of states are those of ledger/stock_reservations.py. A reservation has the number of the event that told it.

CREATE TABLE stock_reservation (
    number INTEGER PRIMARY KEY,
    reservation_id TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    expire_time INTEGER NOT NULL CHECK (expire_time >= 0),
    reference TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- An expire time of 0 is none: the reservation is firm.
CREATE INDEX stock_reservation_by_limit ON stock_reservation (expire_time) WHERE state = 1 AND expire_time > 0;
CREATE INDEX stock_reservation_by_reference ON stock_reservation (reference, number) WHERE reference <> '';

CREATE TABLE lot (
    sku TEXT NOT NULL,
    lot TEXT NOT NULL,
    expiry_day INTEGER NOT NULL CHECK (expiry_day >= 0),
    PRIMARY KEY (sku, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE serial (
    sku TEXT NOT NULL,
    serial TEXT NOT NULL,
    owner TEXT NOT NULL,
    line_id TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES entry (position),
    PRIMARY KEY (sku, serial)
) STRICT, WITHOUT ROWID;

CREATE INDEX serial_by_owner ON serial (owner, position);
