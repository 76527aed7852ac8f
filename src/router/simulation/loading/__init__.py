"""Load on a running server as its clients make it: at their own pace, whatever the server's."""
