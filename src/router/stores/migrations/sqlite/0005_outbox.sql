-- Where events go: how far each sink has come, and what it did not take. Numbers of states are those of app/events/sinks.py.
-- Of events that were told before, the state of the order and the nodes were not kept.

ALTER TABLE event ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN node_ids TEXT NOT NULL DEFAULT '';

CREATE TABLE sink (
    name TEXT PRIMARY KEY,
    cursor INTEGER NOT NULL CHECK (cursor >= 0),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    holder TEXT NOT NULL,
    lease_end INTEGER NOT NULL,
    is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
    trouble TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE held_event (
    sink TEXT NOT NULL REFERENCES sink (name),
    position INTEGER NOT NULL REFERENCES event (position),
    order_id TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    error TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (sink, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX held_event_by_state ON held_event (sink, state, position) WHERE state <> 3;
