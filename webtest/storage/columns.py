"""Columns and tables as every table of a store is built from, with names for all constraints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

Number: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")  # 64 bit in both
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: Any) -> Table:
    """Make a table; SQLite checks the types of its values, as PostgreSQL does."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def flag(name: str, *, default: str | None = None) -> tuple[Column[int], CheckConstraint]:
    """Make a column of 0 or 1."""
    given = None if default is None else text(default)
    return Column(name, Integer, nullable=False, server_default=given), CheckConstraint(f"{name} IN (0, 1)", name=name)


def count(name: str, *, nullable: bool = False) -> tuple[Column[int], CheckConstraint]:
    """Make a column of whole numbers from 0."""
    return Column(name, Integer, nullable=nullable), CheckConstraint(f"{name} >= 0", name=name)


def one_of(name: str, values: tuple[str, ...], *, nullable: bool = False) -> tuple[Column[str], CheckConstraint]:
    """Make a column of a few known words."""
    known = ", ".join(f"'{value}'" for value in values)
    return Column(name, Text, nullable=nullable), CheckConstraint(f"{name} IN ({known})", name=name)


def only_one_row(name: str) -> tuple[Column[int], CheckConstraint]:
    """Make the key of a table with one row; ``name`` names the constraint."""
    return Column("id", Integer, primary_key=True, autoincrement=False), CheckConstraint("id = 1", name=name)


def number_of_row(name: str = "id") -> Column[int]:
    """Make a key that the database counts up."""
    return Column(name, Integer, Identity(), primary_key=True)


def whose(name_of_table: str, name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a foreign key that goes with its row: an erased participant leaves nothing."""
    return Column(name, ForeignKey(f"{name_of_table}.id", ondelete="CASCADE"), nullable=nullable, index=True)
