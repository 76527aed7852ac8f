"""What several use cases do alike: units held, moved and set free, shipments filed."""
