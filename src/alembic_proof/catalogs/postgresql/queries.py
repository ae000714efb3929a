"""One query for each kind of object. Schemas are NULL where they are the connection's own.

`{...}` are columns that older servers do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs.postgresql.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Collection

_FIRST = 16384  # the oids below it are of what initdb made: FirstNormalObjectId
_OURS = """n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid}
                    AND e.deptype = 'e')"""
OF_TABLES = f"c.oid >= {_FIRST} AND "  # stands in each query that has its rows by tables
_CLASS = OF_TABLES + _OURS.format(catalog="pg_class", oid="c.oid")
_TYPE = f"t.oid >= {_FIRST} AND {_OURS.format(catalog='pg_type', oid='t.oid')}"
_SCHEMA = "nullif(n.nspname, current_schema()::name)"

# A collation as it is written: in quotes where it needs them, with its schema where it is not on the search path.
_COLLATION = """CASE WHEN pg_collation_is_visible(l.oid) THEN quote_ident(l.collname)
    ELSE (SELECT format('%I.%I', s.nspname, l.collname) FROM pg_namespace s WHERE s.oid = l.collnamespace) END"""

SCHEMAS = f"""
SELECT n.nspname FROM pg_namespace n WHERE {_OURS.format(catalog="pg_namespace", oid="n.oid")}"""

TABLES = f"""
SELECT {_SCHEMA}, c.relname, c.relkind, c.relpersistence,
    array_to_string(c.reloptions || (SELECT array_agg('toast.' || o.one) FROM unnest(f.reloptions) o(one)), ', '),
    CASE WHEN am.amname <> current_setting('default_table_access_method') THEN am.amname END,
    s.spcname, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid), c.relrowsecurity,
    c.relforcerowsecurity,
    CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' WHEN 'i' THEN 'USING INDEX ' ||
        (SELECT quote_ident(r.relname) FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
         WHERE i.indrelid = c.oid AND i.indisreplident) END,
    obj_description(c.oid, 'pg_class'),
    (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
     FROM pg_inherits i WHERE i.inhrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_class f ON f.oid = c.reltoastrelid
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND {_CLASS}
ORDER BY c.oid"""

COLUMNS = f"""
SELECT {_SCHEMA}, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    {{null_validity}}, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
    CASE WHEN a.attcollation <> t.typcollation THEN {_COLLATION} END,
    col_description(c.oid, a.attnum),
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, {{compression}},
    nullif(a.attstattarget, -1), q.seqrelid::regclass::text,
    q.seqtypid::regtype::text, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (pg_depend o JOIN pg_sequence q ON q.seqrelid = o.objid)
    ON o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid
    AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i')
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {_CLASS}
ORDER BY c.oid, a.attnum"""

CONSTRAINTS = f"""
SELECT {_SCHEMA}, c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid),
    CASE WHEN k.contype IN ('p', 'u', 'x') THEN pg_get_indexdef(k.conindid) END, quote_ident(k.conname),
    obj_description(k.oid, 'pg_constraint'),
    ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conislocal AND {_CLASS}
ORDER BY c.oid, k.conname"""

INDEXES = f"""
SELECT {_SCHEMA}, c.relname, x.relname, pg_get_indexdef(i.indexrelid), quote_ident(x.relname), i.indisvalid,
    s.spcname, obj_description(i.indexrelid, 'pg_class'),
    ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY u(number, place)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number ORDER BY u.place)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
    AND c.relkind IN ('r', 'p', 'm') AND {_CLASS}
ORDER BY c.oid, x.relname"""

SEQUENCES = f"""
SELECT {_SCHEMA}, c.relname, c.relpersistence, q.seqtypid::regtype::text, q.seqstart, q.seqincrement, q.seqmin,
    q.seqmax, q.seqcache, q.seqcycle, obj_description(c.oid, 'pg_class')
FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS.format(catalog="pg_class", oid="c.oid")} AND c.oid >= {_FIRST}"""

ENUMS = f"""
SELECT {_SCHEMA}, t.typname,
    ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
    obj_description(t.oid, 'pg_type')
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND {_TYPE}"""

DOMAINS = f"""
SELECT {_SCHEMA}, t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
    CASE WHEN t.typcollation <> b.typcollation THEN {_COLLATION} END,
    (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY pg_get_constraintdef(k.oid))
     FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
    obj_description(t.oid, 'pg_type')
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation l ON l.oid = t.typcollation
WHERE t.typtype = 'd' AND {_TYPE}"""

DOMAIN_CONSTRAINTS = f"""
SELECT {_SCHEMA}, t.typname, k.conname, k.contype, pg_get_constraintdef(k.oid), NULL, NULL, NULL, ARRAY[]::text[]
FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE k.contype = 'c' AND {_TYPE}"""

_PROC = f"p.oid >= {_FIRST} AND {_OURS.format(catalog='pg_proc', oid='p.oid')}"

# What no model describes and a revision may make: kind, schema, table, name, definition.
VIEWS = f"""
SELECT CASE c.relkind WHEN 'v' THEN 'view definition' ELSE 'materialized view definition' END,
    {_SCHEMA}, NULL::name, c.relname::text, pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {_CLASS}"""

TRIGGERS = f"""
SELECT 'trigger', {_SCHEMA}, c.relname, g.tgname::text, pg_get_triggerdef(g.oid)
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND {_CLASS}"""

POLICIES = f"""
SELECT 'policy', {_SCHEMA}, c.relname, p.polname::text, concat_ws(' ', p.polcmd, p.polpermissive,
    (SELECT string_agg(coalesce(r.rolname, 'public'), ', ' ORDER BY r.rolname)
     FROM unnest(p.polroles) o(one) LEFT JOIN pg_roles r ON r.oid = o.one),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_CLASS}"""

RULES = f"""
SELECT 'rule', {_SCHEMA}, c.relname, w.rulename::text, pg_get_ruledef(w.oid)
FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN' AND {_CLASS}"""

BEYOND = f"""
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, {_SCHEMA}, NULL::name,
    format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
    CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_PROC}
UNION ALL
SELECT 'extension', NULL, NULL, e.extname::text, e.extversion FROM pg_extension e WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT CASE t.typtype WHEN 'c' THEN 'composite type' ELSE 'range type' END, {_SCHEMA}, NULL, t.typname::text,
    coalesce((SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
                                ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
             (SELECT r.rngsubtype::regtype::text FROM pg_range r WHERE r.rngtypid = t.oid))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class k ON k.oid = t.typrelid
WHERE (t.typtype = 'r' OR k.relkind = 'c') AND {_TYPE}"""

_NULL_VALIDITY = """(SELECT bool_and(v.convalidated) FROM pg_constraint v
    WHERE v.conrelid = c.oid AND v.contype = 'n' AND v.conkey = ARRAY[a.attnum])"""


def columns(version: int) -> str:
    """The query for columns that a server of this version (`server_version_num`) understands."""
    return COLUMNS.format(
        null_validity=_NULL_VALIDITY if version >= 180000 else "NULL",
        compression="nullif(a.attcompression, '')" if version >= 140000 else "NULL",
    )


def of_tables(query: str, names: Collection[str]) -> str:
    """The same of tables of these names alone, and of the foreign keys to them."""
    listed = ", ".join(literal(name) for name in sorted(names))
    of = f"c.relname IN ({listed})"
    if query is CONSTRAINTS:
        of = f"({of} OR k.confrelid IN (SELECT r.oid FROM pg_class r WHERE r.relname IN ({listed})))"
    return query.replace(_CLASS, f"{of} AND {_CLASS}")
