-- From which gift account of ours a payment is paid; empty: somebody else has the money. What the account has is in the journal.

ALTER TABLE payment ADD COLUMN gift_account_id TEXT NOT NULL DEFAULT '';

CREATE INDEX payment_by_gift_account ON payment (gift_account_id, number) WHERE gift_account_id <> '';
