-- What a unit of a product costs from a position of the journal on, and the units that there were when it changed.

CREATE TABLE unit_cost (
    sku TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    cost_minor BIGINT NOT NULL CHECK (cost_minor >= 0),
    currency TEXT COLLATE "C" NOT NULL,
    before_minor BIGINT NOT NULL CHECK (before_minor >= 0),
    held BIGINT NOT NULL,
    in_transit BIGINT NOT NULL,
    shipped BIGINT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (sku, position)
);
CREATE INDEX unit_cost_by_position ON unit_cost (position, sku);
