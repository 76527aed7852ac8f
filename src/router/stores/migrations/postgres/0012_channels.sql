-- Where orders are captured, and what holds for each place.

CREATE TABLE channel (
    channel_id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    is_closed BIGINT NOT NULL CHECK (is_closed IN (0, 1)),
    needs_payment BIGINT NOT NULL CHECK (needs_payment IN (0, 1))
);
