"""What is asked of the keys by which records are known: the statements behind `catalogue/clusters.py`."""

from typing import Final

import sqlalchemy as sql

from catalogue import tables

MARK: Final = "~"
"""Begins what is no key but a mark of what is left to do; the schemes of keys come before it."""
GONE: Final = "gone"

_identities: Final = tables.identities
_records: Final = tables.records
_alone: Final = tables.alone
is_key: Final = _identities.c.key < MARK
is_here: Final = _records.c.state != GONE


def begins(mark: str) -> sql.ColumnElement[bool]:
    """Whether a key begins so; as bounds, for which the databases have an index."""
    return sql.and_(_identities.c.key >= mark, _identities.c.key < mark + "\U0010ffff")


def rare(keys: sql.Subquery, most: int) -> sql.Select[str]:
    """Those of the keys that no more records hold than these; a common one is not counted to its end."""
    return sql.select(keys.c.key).where(_holder(keys, most).is_(None))


def shared(keys: sql.Subquery, most: int) -> sql.Select[str]:
    """Those of them that several records hold."""
    return sql.select(keys.c.key).where(_holder(keys, 1).is_not(None), _holder(keys, most).is_(None))


def _holder(keys: sql.Subquery, offset: int) -> sql.ScalarSelect[str]:
    """The record behind so many others that hold a key."""
    holder = _identities.alias()
    held = sql.select(holder.c.record).where(holder.c.key == keys.c.key).order_by(holder.c.record)
    return held.offset(offset).limit(1).scalar_subquery()


def holding(asked: sql.Select[str]) -> sql.Select[*tuple[object, ...]]:
    """The records that hold those of the keys that are distinctive: several have it, of a source one."""
    number = sql.func.count()
    distinctive = (
        sql.select(_identities.c.key, _records.c.kind)
        .join(_records, _records.c.id == _identities.c.record)
        .where(_identities.c.key.in_(asked), is_here)
        .group_by(_identities.c.key, _records.c.kind)
        .having(number > 1, number == sql.func.count(_identities.c.source.distinct()))
        .subquery()
    )
    same = sql.and_(distinctive.c.key == _identities.c.key, distinctive.c.kind == _records.c.kind)
    apart = sql.exists().where(_alone.c.record == _identities.c.record)
    return (
        sql.select(_identities.c.key, _identities.c.record, *_records.c["source", "kind", "issued"])
        .join(_records, _records.c.id == _identities.c.record)
        .join(distinctive, same)
        .where(is_here, ~apart)
    )
