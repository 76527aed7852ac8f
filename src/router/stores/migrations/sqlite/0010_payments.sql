-- How orders are paid: amounts in minor units, each a part of what was authorized. An open amount of a payment with an
-- expire_time other than 0 is released then. `intent` is what a provider is being asked for, or empty.

CREATE TABLE payment (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    method INTEGER NOT NULL,
    currency TEXT NOT NULL,
    asked INTEGER NOT NULL CHECK (asked > 0),
    authorized INTEGER NOT NULL CHECK (authorized BETWEEN 0 AND asked),
    captured INTEGER NOT NULL CHECK (captured >= 0),
    released INTEGER NOT NULL CHECK (released >= 0),
    refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND captured),
    expire_time INTEGER NOT NULL,
    provider_id TEXT NOT NULL,
    decline_code TEXT NOT NULL,
    intent BLOB NOT NULL,
    CHECK (captured + released <= authorized)
) STRICT;

CREATE INDEX payment_by_order ON payment (order_id, number);
CREATE INDEX payment_that_expires ON payment (expire_time) WHERE expire_time > 0 AND authorized > captured + released;
