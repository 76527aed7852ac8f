-- How many shipments of an order nodes rejected (91) or found too little for (79): with it the orders that wait for a person
-- are found by one index, whatever the number of those that wait or ever were. Those that wait for stock have an index, too.

ALTER TABLE "order" ADD COLUMN rejection_count INTEGER NOT NULL DEFAULT 0;

UPDATE "order" SET rejection_count = (
    SELECT count(DISTINCT subject) FROM event WHERE event.order_id = "order".order_id AND event.order_id <> '' AND kind IN (79, 91)
) WHERE order_id IN (SELECT order_id FROM event WHERE kind IN (79, 91));

CREATE INDEX order_waiting ON "order" (state, number) WHERE state >= 2 AND state <= 3;

CREATE INDEX order_exception ON "order" (number) WHERE rejection_count >= 3 AND state IN (2, 3);
