"""A server's SQLite has small pieces of memory ready; what is open already stays as it is."""

import subprocess
import sys

import pytest

ROWS = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * 25)

TAKEN = f"""
import apsw
from router.stores.sqlite.pieces import keep_pieces_ready
{{before}}
print(keep_pieces_ready())
one = apsw.Connection(":memory:")
one.execute("CREATE TABLE kept (a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT, g TEXT, h TEXT)")
one.execute("INSERT INTO kept VALUES {ROWS}", [str(number) for number in range(200)])
print(one.status(apsw.SQLITE_DBSTATUS_LOOKASIDE_MISS_FULL)[1] == 0)
print(one.execute("SELECT count(*) FROM kept").get)
"""


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param("", ["True", "True", "25"], id="nothing is open"),
        pytest.param("open = apsw.Connection(':memory:')", ["False", "False", "25"], id="a file is open"),
    ],
)
def test_statements_of_many_rows_find_their_memory_ready_unless_a_file_was_open(
    before: str, said: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TAKEN.format(before=before)], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == said
