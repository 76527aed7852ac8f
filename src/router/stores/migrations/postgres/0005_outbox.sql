-- Where events go: how far each sink has come, and what it did not take. Numbers of states are those of app/events/sinks.py.
-- Of events that were told before, the state of the order and the nodes were not kept.

ALTER TABLE event ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN node_ids TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE sink (
    name TEXT COLLATE "C" PRIMARY KEY,
    cursor BIGINT NOT NULL CHECK (cursor >= 0),
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    holder TEXT COLLATE "C" NOT NULL,
    lease_end BIGINT NOT NULL,
    is_disabled BIGINT NOT NULL CHECK (is_disabled IN (0, 1)),
    trouble TEXT COLLATE "C" NOT NULL
);

CREATE TABLE held_event (
    sink TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    error TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (sink, position)
);

CREATE INDEX held_event_by_state ON held_event (sink, state, position) WHERE state <> 3;
