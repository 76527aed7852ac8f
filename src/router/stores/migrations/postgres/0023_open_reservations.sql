-- Who holds units is asked when a node has too few, which is rare; a reservation is written with every line. Under its
-- account each changed a page of its own, the more of them the more were open; by position all are written at one place.

DROP INDEX reservation_held;

CREATE INDEX reservation_open ON reservation (position) WHERE quantity > posted + voided;
