-- What is agreed with carriers, and what shipments are packed in. Boxes are a list that is put as a whole; the last counts.

CREATE TABLE booking (
    number INTEGER PRIMARY KEY,
    shipment_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    carrier_id TEXT NOT NULL,
    ship_day INTEGER NOT NULL,
    state INTEGER NOT NULL,
    manifest INTEGER NOT NULL,
    tracking_number TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX booking_by_shipment ON booking (shipment_id, number);
CREATE INDEX booking_by_manifest ON booking (manifest, number) WHERE manifest > 0;
CREATE INDEX booking_that_waits ON booking (node_id, carrier_id, ship_day) WHERE state = 1;

CREATE TABLE manifest (
    number INTEGER PRIMARY KEY,
    node_id TEXT NOT NULL,
    carrier_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE box_list (
    number INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE packing (
    number INTEGER PRIMARY KEY,
    shipment_id TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX packing_by_shipment ON packing (shipment_id, number);
