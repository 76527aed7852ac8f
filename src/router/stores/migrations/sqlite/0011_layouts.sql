-- Where goods lie in a node: its bins by SKU, packed.

CREATE TABLE layout (
    node_id TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
