-- Reservations of those who have no order yet, lots of goods that expire, and serial numbers of units that left.
-- Numbers of states are those of ledger/stock_reservations.py. A reservation has the number of the event that told it.

CREATE TABLE stock_reservation (
    number BIGINT PRIMARY KEY,
    reservation_id TEXT COLLATE "C" NOT NULL UNIQUE,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),
    expire_time BIGINT NOT NULL CHECK (expire_time >= 0),
    reference TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

-- An expire time of 0 is none: the reservation is firm.
CREATE INDEX stock_reservation_by_limit ON stock_reservation (expire_time) WHERE state = 1 AND expire_time > 0;
CREATE INDEX stock_reservation_by_reference ON stock_reservation (reference, number) WHERE reference <> '';

CREATE TABLE lot (
    sku TEXT COLLATE "C" NOT NULL,
    lot TEXT COLLATE "C" NOT NULL,
    expiry_day BIGINT NOT NULL CHECK (expiry_day >= 0),
    PRIMARY KEY (sku, lot)
);

CREATE TABLE serial (
    sku TEXT COLLATE "C" NOT NULL,
    serial TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    line_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (sku, serial)
);

CREATE INDEX serial_by_owner ON serial (owner, position);
