-- Whose goods lie in a node from a position of the journal on: a supplier's, or the company's, which they all are until it is
-- said. `units` are those that lay there when it changed.

CREATE TABLE node_owner (
    node_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    is_supplier INTEGER NOT NULL CHECK (is_supplier IN (0, 1)),
    time INTEGER NOT NULL,
    units BLOB NOT NULL,
    PRIMARY KEY (node_id, position)
) STRICT;
CREATE INDEX node_owner_by_position ON node_owner (position, node_id);
