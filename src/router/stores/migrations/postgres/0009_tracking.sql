-- By what a carrier calls a shipment, and the wave in which it was picked; 0: in none.

ALTER TABLE shipment ADD COLUMN tracking_number TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE shipment ADD COLUMN wave BIGINT NOT NULL DEFAULT 0;

CREATE INDEX shipment_by_tracking ON shipment (tracking_number, number) WHERE tracking_number <> '';
CREATE INDEX shipment_by_wave ON shipment (wave, number) WHERE wave > 0;
