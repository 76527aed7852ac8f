"""Papers that travel with parcels: labels for printers and for sheets, and packing lists."""
