-- What comes back of orders, and claims of which nothing does. The body has all of a return. Nothing more is awaited of
-- one with an expire_time other than 0 after it. A policy says what a channel takes back, an empty channel means every.

CREATE TABLE goods_return (
    number BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    order_id TEXT COLLATE "C" NOT NULL,
    kind BIGINT NOT NULL,
    state BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    reason_code TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL
);

CREATE INDEX goods_return_by_order ON goods_return (order_id, number);
CREATE INDEX goods_return_that_expires ON goods_return (expire_time) WHERE expire_time > 0;

CREATE TABLE return_policy (
    channel TEXT COLLATE "C" PRIMARY KEY,
    body BYTEA NOT NULL
);
