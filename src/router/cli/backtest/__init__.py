"""`router backtest`: recorded orders under other policies."""
