-- What a unit of a product costs from a position of the journal on, and the units that there were when it changed.

CREATE TABLE unit_cost (
    sku TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    cost_minor INTEGER NOT NULL CHECK (cost_minor >= 0),
    currency TEXT NOT NULL,
    before_minor INTEGER NOT NULL CHECK (before_minor >= 0),
    held INTEGER NOT NULL,
    in_transit INTEGER NOT NULL,
    shipped INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (sku, position)
) STRICT;
CREATE INDEX unit_cost_by_position ON unit_cost (position, sku);
