-- By what customers are known again: keyed digests of e-mail addresses and telephone numbers. The key is in `meta`.

CREATE TABLE contact (
    customer_id TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (customer_id, digest)
);

CREATE INDEX contact_by_digest ON contact (digest);
