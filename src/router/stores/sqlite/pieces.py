"""How SQLite keeps memory in a server: nobody counts it, and each connection has its small pieces ready.

A commit of 100 orders asks for some ten thousand pieces: the values of its rows, and what statements work with. By
default SQLite counts each of them behind a lock, and has 40 ready for a connection where a statement of 25 rows takes
a hundred.
"""

import apsw

PIECE_BYTES, PIECES = 1_200, 200
"""SOURCE: https://sqlite.org/malloc.html#lookaside (pieces of 1,200 bytes, some of them cut up for what is small)."""


def keep_pieces_ready() -> bool:
    """For all files that this process opens from then on; False, and nothing is changed, while it has any open."""
    if apsw.connections():
        return False
    # SQLite takes these settings only while it rests, and forgets then where files lie by default.
    lies_on = apsw.vfs_names()[0]
    apsw.shutdown()
    apsw.config(apsw.SQLITE_CONFIG_MEMSTATUS, False)
    apsw.config(apsw.SQLITE_CONFIG_LOOKASIDE, PIECE_BYTES, PIECES)
    apsw.initialize()
    apsw.set_default_vfs(lies_on)
    return True
