-- What is agreed with carriers, and what shipments are packed in. Boxes are a list that is put as a whole; the last counts.

CREATE TABLE booking (
    number BIGINT PRIMARY KEY,
    shipment_id TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    carrier_id TEXT COLLATE "C" NOT NULL,
    ship_day BIGINT NOT NULL,
    state BIGINT NOT NULL,
    manifest BIGINT NOT NULL,
    tracking_number TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX booking_by_shipment ON booking (shipment_id, number);
CREATE INDEX booking_by_manifest ON booking (manifest, number) WHERE manifest > 0;
CREATE INDEX booking_that_waits ON booking (node_id, carrier_id, ship_day) WHERE state = 1;

CREATE TABLE manifest (
    number BIGINT PRIMARY KEY,
    node_id TEXT COLLATE "C" NOT NULL,
    carrier_id TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE box_list (
    number BIGINT PRIMARY KEY,
    body BYTEA NOT NULL
);

CREATE TABLE packing (
    number BIGINT PRIMARY KEY,
    shipment_id TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX packing_by_shipment ON packing (shipment_id, number);
