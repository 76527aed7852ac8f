-- Why a carrier did not void a booking; empty: nobody asked, or it did.

ALTER TABLE booking ADD COLUMN void_decline_code TEXT NOT NULL DEFAULT '';

CREATE INDEX booking_not_voided ON booking (number) WHERE void_decline_code <> '';
