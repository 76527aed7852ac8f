"""Who takes bookings for carriers; one provider a file, and a real fake."""
