"""Feeds, their marks and movements, and suspect snapshots."""

from typing import Any

from router.app.records.suspects import Suspect, SuspectState
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.feeds import Counting, Feed, Mark, Movement
from router.stores.rows.row import Row


def feed_row(feed: Feed) -> tuple[Any, ...]:
    return (
        feed.feed_id,
        feed.newest,
        int(feed.counting),
        feed.epoch,
        *feed.floor,
        feed.lag_microseconds,
        feed.heard_since,
        feed.guard_percent,
    )


def feed_of(row: Row) -> Feed:
    feed_id, newest, counting, epoch, floor_epoch, floor, lag_microseconds, heard_since, guard_percent = row
    return Feed(
        feed_id=feed_id,
        newest=newest,
        counting=Counting(counting),
        epoch=epoch,
        floor=Mark(floor_epoch, floor),
        lag_microseconds=lag_microseconds,
        heard_since=Instant(heard_since),
        guard_percent=guard_percent,
    )


def mark_of(row: Row) -> tuple[str, NodeId, Sku, Mark]:
    feed_id, node_id, sku, epoch, value = row
    return feed_id, NodeId(node_id), Sku(sku), Mark(epoch, value)


def movement_row(movement: Movement) -> tuple[Any, ...]:
    return (
        movement.position,
        movement.feed_id,
        movement.node_id,
        movement.sku,
        *movement.mark,
        movement.units,
        movement.cause,
    )


def movement_of(row: Row) -> Movement:
    position, feed_id, node_id, sku, epoch, value, units, cause = row
    return Movement(
        position=position,
        feed_id=feed_id,
        node_id=NodeId(node_id),
        sku=Sku(sku),
        mark=Mark(epoch, value),
        units=units,
        cause=cause,
    )


def suspect_row(suspect: Suspect) -> tuple[Any, ...]:
    return (
        suspect.number,
        suspect.id,
        suspect.feed_id,
        int(suspect.state),
        suspect.time,
        suspect.row_count,
        suspect.suspicion,
        suspect.author,
        suspect.note,
        suspect.body,
    )


def suspect_of(row: Row) -> Suspect:
    number, id, feed_id, state, time, row_count, suspicion, author, note, body = row
    return Suspect(
        number=number,
        id=id,
        feed_id=feed_id,
        state=SuspectState(state),
        time=Instant(time),
        row_count=row_count,
        suspicion=suspicion,
        author=author,
        note=note,
        body=bytes(body),
    )
