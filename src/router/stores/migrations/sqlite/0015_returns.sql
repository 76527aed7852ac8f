-- What comes back of orders, and claims of which nothing does. The body has all of a return. Nothing more is awaited of
-- one with an expire_time other than 0 after it. A policy says what a channel takes back, an empty channel means every.

CREATE TABLE goods_return (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    expire_time INTEGER NOT NULL,
    node_id TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX goods_return_by_order ON goods_return (order_id, number);
CREATE INDEX goods_return_that_expires ON goods_return (expire_time) WHERE expire_time > 0;

CREATE TABLE return_policy (
    channel TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
