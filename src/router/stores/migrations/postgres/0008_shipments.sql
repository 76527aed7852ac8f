-- Shipments with a life of their own. `number` is the position of the first entry that promised units for one.
-- Numbers of states are those of ledger/lifecycle.py: 1 planned, 7 dispatched, 13 canceled; below 7 it is at its node.
-- `cut_off_time` 0: of what was routed before nobody knows until when its node can begin.

CREATE TABLE shipment (
    number BIGINT PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL,
    shipment BIGINT NOT NULL CHECK (shipment > 0),
    node_id TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 13),
    cut_off_time BIGINT NOT NULL,
    body BYTEA NOT NULL,
    UNIQUE (order_id, shipment)
);

INSERT INTO shipment
SELECT
    min(r.position),
    r.order_id,
    r.shipment,
    min(a.node_id),
    CASE WHEN sum(r.posted) > 0 THEN 7 WHEN sum(r.quantity - r.voided) > 0 THEN 1 ELSE 13 END,
    0,
    ''::BYTEA
FROM reservation r JOIN account a ON a.id = r.account
GROUP BY r.order_id, r.shipment;

CREATE INDEX shipment_at_node ON shipment (node_id, number) WHERE state < 7;
