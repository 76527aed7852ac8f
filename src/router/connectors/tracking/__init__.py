"""What carriers say of shipments: webhooks and answers to questions, as reports in one language."""
