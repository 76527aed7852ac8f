"""Units held for an order or for anybody: reserve, post, void, expire."""
