-- Delays of what has not left of an order, one of an order. `body` is all of it; time alone moves it on at due_time, 0: never.

CREATE TABLE delay (
    number INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    due_time INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX delay_by_state ON delay (state, number);
