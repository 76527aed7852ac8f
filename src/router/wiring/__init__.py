"""The only folder that knows every room: opens the store, starts the engine, serves, and takes all down again."""
