"""Accounts keep the ids they have, and the database is asked for what is not known."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from router.app.records.commit import Commit
from router.domain.identifiers import LineId, OrderId
from router.ledger.accounts import Account
from router.ledger.entry_columns import ColumnEntries, EntryColumns, reservations_in
from router.stores import account_ids as module
from router.stores.account_ids import AccountIds
from router.stores.memory.store import MemoryStore
from tests.stores.contract_builders import CLOCK, LAMP, Writer, received


class Table:
    """What a database has, and how often it was asked."""

    def __init__(self) -> None:
        self.ids: dict[Account, int] = {}
        self.asked: list[Account] = []

    def find(self, accounts: Sequence[Account]) -> dict[Account, int]:
        self.asked.extend(accounts)
        return {account: self.ids[account] for account in accounts}

    def write(self, ids: AccountIds, commit: Commit) -> None:
        numbered = ids.number(commit)
        assert set(numbered.new) == commit.balances.keys() - self.ids.keys()
        self.ids.update((account, numbered.ids[account]) for account in commit.balances)


def in_columns(commit: Commit) -> Commit:
    """The same entries as if they reserved."""
    columns = EntryColumns(first=commit.entries[0].position, time=commit.batch.time)
    pairs: dict[tuple[Account, Account], int] = {}
    for entry in commit.entries:
        places = entry.debit, entry.credit
        if places not in pairs:
            pairs[places] = columns.add_pair(*places)
        columns.add(pairs[places], entry.quantity, OrderId(entry.reference), LineId("1"), 1)
    return replace(commit, entries=ColumnEntries(columns), reservations=reservations_in(columns))


Form = Callable[[Commit], Commit]
in_both_forms = pytest.mark.parametrize(
    "form", [lambda commit: commit, in_columns], ids=["entries", "columns"]
)


@in_both_forms
def test_new_accounts_count_up_and_nobody_is_asked(form: Form) -> None:
    table, writer = Table(), Writer(MemoryStore())
    ids = AccountIds(table.find, 0)

    table.write(ids, form(writer.commit(received(1, CLOCK, 5), received(2, LAMP, 1))))
    table.write(ids, form(writer.commit(received(3, CLOCK, 5))))

    assert sorted(table.ids.values()) == [1, 2, 3, 4]
    assert table.asked == []


@in_both_forms
def test_what_another_process_wrote_is_asked_for(form: Form) -> None:
    table, writer = Table(), Writer(MemoryStore())
    table.write(AccountIds(table.find, 0), form(writer.commit(received(1, CLOCK, 5))))
    before = dict(table.ids)

    ids = AccountIds(table.find, len(before))
    table.write(ids, form(writer.commit(received(2, CLOCK, 1), received(3, LAMP, 1))))

    assert sorted(table.asked) == sorted(before)
    assert {account: table.ids[account] for account in before} == before
    assert sorted(table.ids.values()) == [1, 2, 3, 4]


@in_both_forms
def test_what_was_not_written_gives_its_numbers_back(form: Form) -> None:
    table, writer = Table(), Writer(MemoryStore())
    ids = AccountIds(table.find, 0)
    for position in (1, 2):
        ids.number(form(writer.commit(received(position, CLOCK, 5))))
    ids.forget(0)

    table.write(ids, form(Writer(MemoryStore()).commit(received(1, LAMP, 5), received(2, CLOCK, 5))))

    assert sorted(table.ids.values()) == [1, 2, 3, 4]
    assert table.asked == []


@in_both_forms
def test_not_more_are_kept_than_is_said(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KNOWN_MAX", 1)
    table, writer = Table(), Writer(MemoryStore())
    ids = AccountIds(table.find, 0)
    for position in range(1, 5):
        table.write(ids, form(writer.commit(received(position, CLOCK, 5))))

    assert sorted(table.ids.values()) == [1, 2]
    assert len(table.asked) == 6
