"""Backups: taken from under a server, without keys, proven; restored only where nothing is, and proven again."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from router.app.ports.store import StoreUnusable
from router.domain.identifiers import OrderId
from router.stores.copying import copy_books
from router.stores.offline import looking_at
from router.stores.sqlite.backup import BackupRefused, Copied, back_up, manifest_path, restore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come
from tests.app.test_personal_data import ADA, erase, order_of, recipients_of, route_for
from tests.stores.failing_disk import a_failing_disk

STOCK = {"lyon": {"RED-CLOCK": 100_000}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "router.sqlite"


@pytest.fixture
def shop(path: Path) -> Iterator[Shop]:
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come) as shop:
        for n in range(5):
            shop.ask(route_for(order_of(f"c-{n % 2}", f"o-{n}"), key=f"k-{n}"))
        yield shop


@pytest.fixture
def copied(shop: Shop, path: Path, tmp_path: Path) -> Copied:
    return back_up(path, tmp_path / "copy.sqlite", tmp_path / "keys.json")


def reopened(path: Path) -> Any:
    store = SqliteStore(path)
    return store, Shop(store, route=first_come)


def test_a_backup_of_a_served_file_is_restored_whole(shop: Shop, copied: Copied, tmp_path: Path) -> None:
    restored = restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite", tmp_path / "keys.json")
    store, again = reopened(tmp_path / "again.sqlite")
    with closing(store):
        assert store.head() == shop.store.head()
        assert list(store.read_journal()) == list(shop.store.read_journal())
        assert [recipients_of(again, name) for name in ("c-0", "c-1")] == [
            [("o-0", ADA), ("o-2", ADA), ("o-4", ADA)],
            [("o-1", ADA), ("o-3", ADA)],
        ]
    assert restored.manifest.head_hash == copied.manifest.head_hash == shop.store.head().hash.hex()
    assert (copied.key_count, restored.key_count) == (2, 2)


def test_what_is_booked_after_the_backup_began_is_not_in_it(
    shop: Shop, copied: Copied, tmp_path: Path
) -> None:
    shop.route(order_for("RED-CLOCK", 1, "later"))

    with looking_at(str(tmp_path / "copy.sqlite")) as reader:
        assert reader.find_orders([OrderId("later"), OrderId("o-4")]).keys() == {"o-4"}


def test_a_backup_alone_holds_no_key(shop: Shop, path: Path, copied: Copied, tmp_path: Path) -> None:
    keys = [one.key for one in shop.store.find_customer_keys(["c-0", "c-1"]).values()]
    contacts = [*shop.store.list_contacts("c-0"), shop.store.find_contact_key().hex().encode()]
    backup = (tmp_path / "copy.sqlite").read_bytes()
    restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite")
    store, again = reopened(tmp_path / "again.sqlite")
    with closing(store):
        found = recipients_of(again, "c-0")

    assert len(keys) == 2
    assert [key for key in keys if key in backup] == []
    assert len(contacts) > 1
    assert [one for one in contacts if one in backup] == []
    assert found == [("o-0", None), ("o-2", None), ("o-4", None)]


@pytest.mark.parametrize("room", [1_000, 50_000, 600_000])
def test_a_backup_that_finds_the_disk_full_says_so_and_leaves_nothing(
    shop: Shop, path: Path, tmp_path: Path, room: int
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    with a_failing_disk() as disk:
        disk.room = room
        with pytest.raises(StoreUnusable, match=r"cannot copy .* to .*: the disk is full"):
            back_up(path, copies / "copy.sqlite", copies / "keys.json")

    assert list(copies.iterdir()) == []


def test_a_backup_is_no_ledger_to_write_until_it_is_restored(copied: Copied, tmp_path: Path) -> None:
    before = (tmp_path / "copy.sqlite").read_bytes()
    with pytest.raises(StoreUnusable, match=r"is a backup, .* router restore .*copy\.sqlite TO"):
        SqliteStore(tmp_path / "copy.sqlite")
    with pytest.raises(StoreUnusable, match="is a backup"):
        copy_books(str(tmp_path / "copy.sqlite"), str(tmp_path / "moved.sqlite"))
    restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite")

    assert (tmp_path / "copy.sqlite").read_bytes() == before
    SqliteStore(tmp_path / "again.sqlite").close()


def test_nothing_is_restored_beside_what_another_backup_said_of_itself(
    copied: Copied, tmp_path: Path
) -> None:
    manifest_path(tmp_path / "again.sqlite").write_text("{}")

    with pytest.raises(BackupRefused, match="is there already"):
        restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite")


def test_an_erased_customer_stays_erased_with_an_old_backup_and_newer_keys(
    shop: Shop, path: Path, copied: Copied, tmp_path: Path
) -> None:
    shop.ask(erase("c-0", "e"))
    back_up(path, tmp_path / "newer.sqlite", tmp_path / "newer-keys.json")
    restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite", tmp_path / "newer-keys.json")
    store, again = reopened(tmp_path / "again.sqlite")
    with closing(store):
        assert [recipient for _, recipient in recipients_of(again, "c-0")] == [None] * 3
        assert [recipient for _, recipient in recipients_of(again, "c-1")] == [ADA] * 2


def test_a_backup_ends_while_others_keep_booking(shop: Shop, path: Path, tmp_path: Path) -> None:
    is_done = threading.Event()

    def book() -> None:
        number = 0
        while not is_done.is_set():
            number += 1
            shop.route(order_for("RED-CLOCK", 1, f"x-{number}"), key=f"x-{number}")

    booking = threading.Thread(target=book)
    booking.start()
    try:
        copies = [back_up(path, tmp_path / f"copy-{n}.sqlite") for n in range(3)]
    finally:
        is_done.set()
        booking.join(30)

    positions = [one.manifest.position for one in copies]
    assert positions == sorted(positions)
    assert all(one.report.faults == () for one in copies)
    assert shop.faults() == ()


@pytest.mark.parametrize("taken", ["copy.sqlite", "copy.sqlite.manifest.json", "keys.json"])
def test_nothing_is_overwritten_and_nothing_unfinished_is_left(
    shop: Shop, path: Path, tmp_path: Path, taken: str
) -> None:
    (tmp_path / taken).write_text("precious")
    before = sorted(one.name for one in tmp_path.iterdir())
    with pytest.raises(BackupRefused, match="is there already"):
        back_up(path, tmp_path / "copy.sqlite", tmp_path / "keys.json")

    assert (tmp_path / taken).read_text() == "precious"
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_is_named(path: Path, copied: Copied, tmp_path: Path) -> None:
    backup = next(tmp_path.rglob("*.manifest.json"))
    with pytest.raises(BackupRefused, match=r"there is no folder `.*nowhere`; make it first"):
        back_up(path, tmp_path / "nowhere" / "copy")
    with pytest.raises(BackupRefused, match=r"there is no folder `.*nowhere`; make it first"):
        restore(backup.with_name(backup.name.removesuffix(".manifest.json")), tmp_path / "nowhere" / "again")


def test_a_restore_overwrites_nothing(copied: Copied, path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(BackupRefused, match="nothing is overwritten"):
        restore(tmp_path / "copy.sqlite", path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("at", [0, 5_000, -1])
def test_a_backup_with_one_other_byte_is_refused(copied: Copied, tmp_path: Path, at: int) -> None:
    content = bytearray((tmp_path / "copy.sqlite").read_bytes())
    content[at] ^= 1
    (tmp_path / "copy.sqlite").write_bytes(content)
    with pytest.raises(BackupRefused, match="is not the file that its manifest was written for"):
        restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite")

    assert not (tmp_path / "again.sqlite").exists()


def test_a_backup_without_its_manifest_is_none(copied: Copied, tmp_path: Path) -> None:
    manifest_path(tmp_path / "copy.sqlite").unlink()
    with pytest.raises(BackupRefused, match="is not a whole backup"):
        restore(tmp_path / "copy.sqlite", tmp_path / "again.sqlite")


def test_books_with_a_fault_are_not_backed_up(path: Path, tmp_path: Path) -> None:
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come):
        pass
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE account SET debits_posted = debits_posted + 1 WHERE bucket = 1")
    with pytest.raises(BackupRefused, match="found 2 faults") as refused:
        back_up(path, tmp_path / "copy.sqlite")

    assert "account lyon/RED-CLOCK/on_hand says" in refused.value.lines[0]
    assert not (tmp_path / "copy.sqlite").exists()


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / "other.sqlite"))) as connection:
        connection.execute("CREATE TABLE customer (id INTEGER)")
    for name, said in (
        ("nowhere.sqlite", "there is no file"),
        ("other.sqlite", "is not a ledger of the router"),
    ):
        with pytest.raises(StoreUnusable, match=said):
            back_up(tmp_path / name, tmp_path / "copy.sqlite")


def test_files_of_a_backup_are_for_their_owner_only(copied: Copied, tmp_path: Path) -> None:
    names = ("copy.sqlite", "copy.sqlite.manifest.json", "keys.json")

    assert [oct((tmp_path / name).stat().st_mode & 0o777) for name in names] == ["0o600"] * 3
