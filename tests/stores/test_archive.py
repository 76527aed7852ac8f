"""Archives of the journal: chained segments that prove themselves, and that the ledger follows."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from router.app.ports.store import StoreUnusable
from router.domain.identifiers import Instant
from router.stores.archive.parquet_files import read_parquet, write_parquet
from router.stores.archive.segments import Segment, Until, archive_journal, files_of, list_segments
from router.stores.archive.verify import verify_archive
from router.stores.offline import looking_at
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come
from tests.routing.builders import MONDAY_TEN

STOCK = {"lyon": {"RED-CLOCK": 30, "TIN-LAMP": 4}, "lille": {"RED-CLOCK": 5}}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Thirteen entries and more: routed, canceled, dispatched, backordered, adjusted."""
    with (
        closing(SqliteStore(tmp_path / "router.sqlite")) as store,
        a_shop(store, STOCK, route=first_come) as shop,
    ):
        for n in range(6):
            shop.route(order_for("RED-CLOCK", 1 + n % 3, f"o-{n}"))
        shop.route(order_for("TIN-LAMP", 9, "o-late"))
        shop.cancel("o-1")
        shop.dispatch("o-3/1")
        shop.adjust("lyon", "RED-CLOCK", -2)
        yield shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def archived(shop: Shop, folder: Path, *positions: int) -> list[Segment]:
    found = [archive_journal(shop.store, folder, Until(position=position)) for position in positions]
    return [segment for segment in found if segment is not None]


def test_an_archive_grows_by_segments_and_proves_itself_alone(shop: Shop, folder: Path) -> None:
    head = shop.store.head()
    segments = archived(shop, folder, 6, 10, 10_000)
    nothing = archive_journal(shop.store, folder, Until(position=10_000))
    report = verify_archive(folder)

    assert nothing is None
    assert list_segments(folder) == segments
    assert [one.first_position for one in segments] == [1, *(one.last_position + 1 for one in segments[:-1])]
    assert segments[-1].last_position == head.position
    assert (report.faults, report.segment_count, report.entry_count) == ((), 3, head.position)
    assert report.head_hash == head.hash


def test_the_ledger_follows_its_archive(shop: Shop, folder: Path) -> None:
    archived(shop, folder, 9)
    shop.route(order_for("RED-CLOCK", 1, "o-after"))
    report = verify_archive(folder, shop.store)

    assert report.faults == ()
    assert report.entry_count + report.live_entry_count == shop.store.head().position
    assert (report.live_entry_count > 0, report.head_hash) == (True, shop.store.head().hash)


def test_an_archive_ends_before_a_time(shop: Shop, folder: Path) -> None:
    before_all = archive_journal(shop.store, folder, Until(time=Instant(MONDAY_TEN)))
    shop.clock.instant = Instant(MONDAY_TEN + 3_600_000_000)
    last = shop.store.head().position
    shop.route(order_for("RED-CLOCK", 1, "o-later"))
    segment = archive_journal(shop.store, folder, Until(time=Instant(MONDAY_TEN + 1_800_000_000)))

    assert before_all is None
    assert segment is not None
    assert segment.last_position == last < shop.store.head().position


def test_entries_are_there_to_be_asked_by_their_names(shop: Shop, folder: Path) -> None:
    (segment,) = archived(shop, folder, 10_000)
    entries, _, _ = files_of(folder, segment)
    rows = list(
        read_parquet(entries, "SELECT sku, sum(quantity) FROM rows WHERE code = 1 GROUP BY sku ORDER BY sku")
    )

    assert rows == [("RED-CLOCK", 35), ("TIN-LAMP", 4)]


@pytest.mark.parametrize("kind", [0, 1])
def test_a_changed_file_is_named(shop: Shop, folder: Path, kind: int) -> None:
    segments = archived(shop, folder, 6, 10_000)
    path = files_of(folder, segments[0])[kind]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert verify_archive(folder).faults == (
        f"`{path.name}` is not the file that its manifest was written for",
    )


def test_a_missing_file_or_segment_is_named(shop: Shop, folder: Path) -> None:
    first, second, third = archived(shop, folder, 6, 10, 10_000)
    files_of(folder, third)[0].unlink()
    without_file = verify_archive(folder).faults
    for path in files_of(folder, second):
        path.unlink()
    without_segment = verify_archive(folder).faults

    assert without_file == (f"`{third.name}.entries.parquet` is missing",)
    assert f"segment {third.name} does not follow position {first.last_position}:" in without_segment[1]


def test_entries_changed_with_their_manifest_are_found_by_the_chain(shop: Shop, folder: Path) -> None:
    import msgspec

    from router.stores.archive.segments import ENTRY_TYPES
    from router.stores.sqlite.backup import digest_of

    (segment,) = archived(shop, folder, 10_000)
    entries, _, manifest = files_of(folder, segment)
    rows = [list(row) for row in read_parquet(entries, "SELECT * FROM rows ORDER BY position")]
    rows[4][9] += 1
    write_parquet(entries, ENTRY_TYPES, rows)
    forged = msgspec.structs.replace(segment, entries_sha256=digest_of(entries))
    manifest.write_bytes(msgspec.json.encode(forged))

    assert verify_archive(folder).faults == (
        f"segment {segment.name}: its entries do not have the hashes of its batches, or break the books",
    )


def test_another_ledger_s_archive_is_refused(shop: Shop, folder: Path, tmp_path: Path) -> None:
    archived(shop, folder, 6)
    with (
        closing(SqliteStore(tmp_path / "other.sqlite")) as store,
        a_shop(store, {"lyon": {"RED-CLOCK": 1}}, route=first_come) as other,
    ):
        for n in range(9):
            other.adjust("lyon", "RED-CLOCK", 1 + n)
        with pytest.raises(StoreUnusable, match="is the archive of another ledger"):
            archive_journal(store, folder, Until(position=10_000))
        report = verify_archive(folder, store)

    assert "it is another ledger's" in report.faults[0]


def test_a_ledger_changed_behind_its_archive_is_found(shop: Shop, folder: Path, tmp_path: Path) -> None:
    archived(shop, folder, 6)
    with closing(apsw.Connection(str(tmp_path / "router.sqlite"))) as connection:
        connection.execute("UPDATE entry SET quantity = quantity + 1 WHERE position = 9")
    with looking_at(str(tmp_path / "router.sqlite")) as reader:
        report = verify_archive(folder, reader)

    assert "does not follow; verify the ledger alone" in report.faults[0]


def test_an_empty_folder_is_no_archive(folder: Path) -> None:
    assert verify_archive(folder).faults == (f"`{folder}` holds no segments",)


def test_text_of_any_kind_survives(tmp_path: Path) -> None:
    rows = [(1, "", 'say "so", ünïcode\\n'), (2, "null", "  blanks  "), (3, "'; DROP TABLE rows; --", "")]
    write_parquet(tmp_path / "odd.parquet", {"n": "BIGINT", "a": "VARCHAR", "b": "VARCHAR"}, rows)

    assert list(read_parquet(tmp_path / "odd.parquet", "SELECT * FROM rows ORDER BY n")) == rows
