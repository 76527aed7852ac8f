-- Delays of what has not left of an order, one of an order. `body` is all of it; time alone moves it on at due_time, 0: never.

CREATE TABLE delay (
    number BIGINT PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL UNIQUE,
    state BIGINT NOT NULL,
    due_time BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX delay_by_state ON delay (state, number);
