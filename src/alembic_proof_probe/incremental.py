"""PostgreSQL's catalogs, read whole once, and after that only of the tables that a transaction has locked."""

from __future__ import annotations

import json
from typing import Any, Callable, Optional

Rows = list[list[Any]]
Parts = dict[tuple[str, int], Rows]

# Whatever changes a table, or what stands in it, locks it until the transaction ends; an index stands for its table.
_TOUCHED = """
SELECT transaction_timestamp()::text, current_schemas(true)::text,
    string_agg(DISTINCT coalesce(i.indrelid, l.relation)::text, ',')
FROM pg_locks l LEFT JOIN pg_index i ON i.indexrelid = l.relation
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')"""
_TABLES = "SELECT string_agg(oid::text, ',') FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm')"


# What is of no table: as long as none of these rows came, went or was written anew, the queries give the same.
_MARK = """
SELECT md5(string_agg(concat_ws('.', catalog, of, written, place), ' ' ORDER BY catalog, of, place)) FROM (
    SELECT 1 AS catalog, oid AS of, xmin AS written, ctid AS place FROM pg_namespace
    UNION ALL SELECT 2, oid, xmin, ctid FROM pg_type WHERE oid >= 16384 AND typtype <> 'c'
    UNION ALL SELECT 3, oid, xmin, ctid FROM pg_class WHERE oid >= 16384 AND relkind IN ('S', 'c')
    UNION ALL SELECT 4, seqrelid, xmin, ctid FROM pg_sequence
    UNION ALL SELECT 5, oid, xmin, ctid FROM pg_enum
    UNION ALL SELECT 6, oid, xmin, ctid FROM pg_constraint WHERE contypid <> 0
    UNION ALL SELECT 7, oid, xmin, ctid FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 8, oid, xmin, ctid FROM pg_extension
    UNION ALL SELECT 9, objoid, xmin, ctid FROM pg_description
        WHERE objoid >= 16384 AND classoid <> 'pg_constraint'::regclass AND objsubid = 0
    UNION ALL SELECT 10, a.attrelid, a.xmin, a.ctid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.oid >= 16384 AND c.relkind = 'c') rows"""


class Incremental:
    """The rows of `queries`, by the table that they are of, or 0 where they are of none.

    Those that hold the text `of_tables` are asked of some tables alone. All is read anew in another transaction, on
    another search path, and where something that tables may speak of, such as a type, is gone or another one.
    """

    def __init__(self, rows: Callable[[str], Rows], queries: list[str], of_tables: str) -> None:
        self._rows = rows
        self._standing = [query for query in queries if of_tables not in query]
        self._by_table = [query for query in queries if of_tables in query]
        self._of_tables = of_tables
        self._prepared = False
        self._mark: Rows = []
        self._begun = self._path = ""
        self._touched: set[int] = set()
        self._known: Optional[Parts] = None
        self._held: tuple[Optional[Parts], set[int]] = (None, set())

    def forget(self) -> None:
        """What was read is no longer so."""
        self._known = None

    def hold(self) -> None:
        """Remember what is known at the start of a transaction."""
        self._held = self._known, set(self._touched)

    def again(self) -> None:
        """All is as it was when `hold` was called: the transaction was rolled back, and another one has begun."""
        self._known, self._touched = self._held[0], set(self._held[1])
        self.after_commit()

    def before_commit(self) -> None:
        """Note what is locked, for the locks are about to go."""
        if self._known is not None:
            self._note()

    def after_commit(self) -> None:
        ((self._begun, path, _),) = self._rows(_TOUCHED)
        if path != self._path:  # that of the transaction alone
            self._path, self._known = path, None

    def read(self) -> Parts:
        if not self._prepared:
            self._prepare()
        self._note()
        standing = self._stand()
        if self._known is None or self._lost(standing):
            ((asked,),) = self._rows(_TABLES)
            kept: Parts = {}
        else:
            asked = ",".join(map(str, self._touched))
            kept = {key: rows for key, rows in self._known.items() if key[1] and key[1] not in self._touched}
        tables = self._execute(f"alembic_proof_tables('{{{asked or ''}}}')", self._by_table) if asked else {}
        self._touched, self._known = set(), {**kept, **standing, **tables}
        return dict(self._known)

    def _note(self) -> None:
        ((begun, path, locked),) = self._rows(_TOUCHED)
        if (begun, path) != (
            self._begun,
            self._path,
        ):  # somebody else committed, or names are spelled otherwise
            self._begun, self._path, self._known = begun, path, None
        self._touched |= {int(oid) for oid in (locked or "").split(",") if oid}

    def _stand(self) -> Parts:
        """The rows that are of no table, those from before where none of them can have changed."""
        mark = self._rows("EXECUTE alembic_proof_mark")
        if self._known is None or mark != self._mark:
            self._mark = mark
            return self._execute("alembic_proof_standing", self._standing)
        return {key: rows for key, rows in self._known.items() if not key[1]}

    def _lost(self, standing: Parts) -> bool:
        assert self._known is not None
        return any(
            row not in standing.get(key, ())
            for key, rows in self._known.items()
            if not key[1]
            for row in rows
        )

    def _execute(self, prepared: str, queries: list[str]) -> Parts:
        parts: Parts = {}
        for number, held, told in self._rows(f"EXECUTE {prepared}"):
            row = list(json.loads(told).values())
            parts.setdefault((queries[number], held), []).append(row[1:] if held else row)
        for rows in parts.values():
            rows.sort(key=repr)
        return parts

    def _prepare(self) -> None:
        """Planning these costs more than running them: that is done once."""
        self._rows(f"PREPARE alembic_proof_mark AS {_MARK}")
        self._rows(f"PREPARE alembic_proof_standing AS {_united(self._standing, '0')}")
        some = (query.replace(self._of_tables, "c.oid = ANY ($1) AND ") for query in self._by_table)
        ours = [query.replace("SELECT ", "SELECT c.oid::int8, ", 1) for query in some]
        self._rows(f"PREPARE alembic_proof_tables(oid[]) AS {_united(ours, 'held')}")
        self._prepared = True


def _united(queries: list[str], held: str) -> str:
    """One query for all: the number of each, what `held` says, and the row as JSON, whose keys count its columns."""
    return " UNION ALL ".join(
        f"SELECT {number}, {held}, to_json(ROW(t.*))::text FROM ({query}) t(held)"  # noqa: S608 - our own texts
        for number, query in enumerate(queries)
    )
