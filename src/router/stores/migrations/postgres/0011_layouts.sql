-- Where goods lie in a node: its bins by SKU, packed.

CREATE TABLE layout (
    node_id TEXT COLLATE "C" PRIMARY KEY,
    body BYTEA NOT NULL
);
