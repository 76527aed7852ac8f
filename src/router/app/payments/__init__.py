"""How orders are paid: a provider is asked first, beside the engine; what it said is booked."""
