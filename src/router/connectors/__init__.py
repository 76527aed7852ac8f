"""What leaves for other systems: the relay of events and its sinks (webhooks, NATS JetStream, a file)."""
