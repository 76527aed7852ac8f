"""All that can be asked of the engine. A writing command carries its idempotency key and its body's digest."""
