-- Where orders are captured, and what holds for each place.

CREATE TABLE channel (
    channel_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
    needs_payment INTEGER NOT NULL CHECK (needs_payment IN (0, 1))
) STRICT;
