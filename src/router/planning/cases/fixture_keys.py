"""What a network beside rules may say: the keys of its mappings, each with what it means."""

from router.planning.cases.form import Keys

NETWORK_KEYS: Keys = {
    "currency": "of all its amounts; that of the rules",
    "timezone": "of its nodes, and of `now` in its cases; UTC unless said otherwise",
    "country": "of nodes, services and places that name none; US unless said otherwise",
    "nodes": "warehouses, stores and suppliers by id",
    "services": "service levels by id, CARRIER/LEVEL",
    "products": "what is sold, by SKU",
    "places": "destinations by name, for `to`; orders that name none go to the first",
}
NODE_KEYS: Keys = {
    "kind": "WAREHOUSE (unless said otherwise), STORE or SUPPLIER",
    "country": "ISO 3166 code",
    "region": "state or province",
    "postal_code": "in quotes",
    "at": "latitude and longitude, [40.7, -74.2]",
    "stock": "units it could promise, by SKU",
    "services": "the services that pick up there; all unless said otherwise",
    "open": "false: it takes no orders",
    "timezone": "its own",
    "cut_off": 'until when it starts an order the same day; "17:00" unless said otherwise',
    "closed": "days of the week on which it rests",
    "closed_dates": 'dates on which it rests, ["2026-12-25"]',
    "processing_days": "working days until hand-over",
    "shipments_per_day": "how many it can dispatch; no limit unless said otherwise",
    "handling": "what a shipment costs there",
    "pick_line": "what a line costs there",
    "pick_unit": "what a unit costs there",
    "packaging": "what a parcel costs there",
    "attributes": "the company's own facts",
}
SERVICE_KEYS: Keys = {
    "mode": "GROUND (unless said otherwise), AIR, COLD, FREIGHT ...",
    "price": "of a parcel",
    "per_kg": "and of each kilogram, to the gram",
    "transit_days": "days from hand-over to delivery",
    "zones": "instead of these, the nearest first: {up_to: km(500), price, per_kg, transit_days}",
    "countries": "where it goes",
    "hazmat": "the dangerous-goods classes it takes",
    "temperatures": "[AMBIENT] unless said otherwise",
    "parcel_max": "the heaviest parcel",
    "weekdays_only": "true: it neither picks up nor delivers on Saturday and Sunday",
}
ZONE_KEYS: Keys = {
    "up_to": "distance from node to destination",
    "price": SERVICE_KEYS["price"],
    "per_kg": SERVICE_KEYS["per_kg"],
    "transit_days": SERVICE_KEYS["transit_days"],
}
PRODUCT_KEYS: Keys = {
    "name": "in words",
    "category": "such as phones",
    "price": "of a unit, for lines that name none; 20 unless said otherwise",
    "weight": "of a unit; g(500) unless said otherwise",
    "size": "of a unit, [cm(30), cm(20), cm(10)]",
    "hazmat": "dangerous-goods class",
    "temperature": "AMBIENT (unless said otherwise), CHILLED or FROZEN",
    "release": "the day before which it is a pre-order",
    "attributes": "the company's own facts",
}
PLACE_KEYS: Keys = {
    "country": NODE_KEYS["country"],
    "region": NODE_KEYS["region"],
    "postal_code": NODE_KEYS["postal_code"],
    "at": NODE_KEYS["at"],
}
