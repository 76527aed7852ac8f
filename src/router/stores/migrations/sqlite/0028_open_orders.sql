-- Orders that are not over are found by one index, whatever the number of those that are: whoever decides the pool again
-- goes through all of them.

DROP INDEX order_waiting;

CREATE INDEX order_open ON "order" (state, number) WHERE state <= 3;
