-- Who holds units of an account is found by it again, in stretches of 1,024 positions: a commit writes its reservations into the
-- few pages of the newest stretch, and a question passes a stretch by one look, however many reservations others have in it.

DROP INDEX reservation_open;

CREATE INDEX reservation_held ON reservation ((position >> 10), account) WHERE quantity > posted + voided;
