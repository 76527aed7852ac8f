"""Domain values as messages of the contract: for the server that answers them and for clients that send them."""
