-- Whose goods lie in a node from a position of the journal on: a supplier's, or the company's, which they all are until it is
-- said. `units` are those that lay there when it changed.

CREATE TABLE node_owner (
    node_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    is_supplier BIGINT NOT NULL CHECK (is_supplier IN (0, 1)),
    time BIGINT NOT NULL,
    units BYTEA NOT NULL,
    PRIMARY KEY (node_id, position)
);
CREATE INDEX node_owner_by_position ON node_owner (position, node_id);
