"""What PostgreSQL says of its connection's own transaction: the locks that it holds, and what it did to tables."""

from __future__ import annotations

import json
from typing import Any, Optional

# Below 16384 stands what is the server's own. A scan is counted where it begins, so that it shows on empty tables
# too. What the server's counter has taken over from the session's is added where that happens at once: {flushed}.
_HELD = """
SELECT transaction_timestamp()::text, current_setting('lock_timeout'), (
    SELECT json_agg(json_build_array(l.relation::bigint, l.mode, pg_relation_filenode(l.relation)::bigint,
                                     pg_stat_get_xact_numscans(l.relation) + {flushed}))
    FROM (SELECT relation, mode FROM pg_locks
          WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation >= 16384 ORDER BY 1, 2) l)::text"""
_RELATIONS = """
SELECT json_agg(json_build_array(c.oid::bigint, c.relkind, n.nspname, c.relname, i.indrelid::bigint,
                                 CASE WHEN c.relispartition THEN (
                                     SELECT inhparent::bigint FROM pg_inherits WHERE inhrelid = c.oid LIMIT 1
                                 ) END,
                                 c.relfilenode::bigint,
                                 pg_stat_get_xact_numscans(c.oid) + {flushed}))::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND c.oid >= 16384 AND n.nspname !~ '^pg_'"""


class Locks:
    """One connection's looks, for one revision: call it after each statement.

    `held` has [relation, mode, file node, scans] for each lock. `relations` has [relation, kind, schema, name, table
    of an index, parent, file node, scans] for everything, in the first look and in each that finds the transaction
    before it ended: what was done since then holds no lock any more. A look changes nothing and locks nothing but
    catalogs, so that none fails where the statement before it did not.
    """

    def __init__(self, connection: Any) -> None:
        at_once = connection.dialect.server_version_info >= (15,)
        self._held = _HELD.format(flushed="pg_stat_get_numscans(l.relation)" if at_once else "0")
        self._relations = _RELATIONS.format(flushed="pg_stat_get_numscans(c.oid)" if at_once else "0")
        self._transaction: Optional[str] = None

    def __call__(self, connection: Any) -> dict[str, Any]:
        transaction, timeout, held = connection.exec_driver_sql(self._held).one()
        seen: dict[str, Any] = {
            "transaction": transaction,
            "lock_timeout": timeout,
            "held": json.loads(held or "[]"),
            "relations": None,
        }
        if transaction != self._transaction:
            self._transaction = transaction
            seen["relations"] = json.loads(connection.exec_driver_sql(self._relations).scalar() or "[]")
        return seen
