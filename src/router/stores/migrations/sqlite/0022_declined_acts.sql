-- What a provider said no to last and why; 0 and empty: nothing, or it said yes since.

ALTER TABLE payment ADD COLUMN declined_act INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN declined_act_code TEXT NOT NULL DEFAULT '';

CREATE INDEX payment_not_done ON payment (number) WHERE declined_act > 0;
