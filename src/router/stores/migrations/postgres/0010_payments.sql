-- How orders are paid: amounts in minor units, each a part of what was authorized. An open amount of a payment with an
-- expire_time other than 0 is released then. `intent` is what a provider is being asked for, or empty.

CREATE TABLE payment (
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    order_id TEXT COLLATE "C" NOT NULL,
    method BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    asked BIGINT NOT NULL CHECK (asked > 0),
    authorized BIGINT NOT NULL CHECK (authorized BETWEEN 0 AND asked),
    captured BIGINT NOT NULL CHECK (captured >= 0),
    released BIGINT NOT NULL CHECK (released >= 0),
    refunded BIGINT NOT NULL CHECK (refunded BETWEEN 0 AND captured),
    expire_time BIGINT NOT NULL,
    provider_id TEXT COLLATE "C" NOT NULL,
    decline_code TEXT COLLATE "C" NOT NULL,
    intent BYTEA NOT NULL,
    CHECK (captured + released <= authorized)
);

CREATE INDEX payment_by_order ON payment (order_id, number);
CREATE INDEX payment_that_expires ON payment (expire_time) WHERE expire_time > 0 AND authorized > captured + released;
