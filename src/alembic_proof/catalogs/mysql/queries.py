"""One query for each kind of object, of the connection's own database."""

from __future__ import annotations

SETTINGS = "SET SESSION sql_mode = '', sql_quote_show_create = 1"  # or names would be quoted otherwise
VERSION = "SELECT version()"
DATABASE = """
SELECT default_character_set_name, default_collation_name FROM information_schema.schemata
WHERE schema_name = database()"""
TABLES = """
SELECT table_name, table_type, engine, table_collation, row_format, create_options, table_comment
FROM information_schema.tables WHERE table_schema = database() ORDER BY table_name"""
COLUMNS = """
SELECT table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression,
    collation_name, column_comment
FROM information_schema.columns WHERE table_schema = database() ORDER BY table_name, ordinal_position"""
PARTITIONS = """
SELECT table_name, partition_method, partition_expression, subpartition_method, subpartition_expression, count(*)
FROM information_schema.partitions WHERE table_schema = database() AND partition_method IS NOT NULL
GROUP BY 1, 2, 3, 4, 5"""
# MariaDB keeps a column's own CHECK with the column; MySQL makes it one of the table.
COLUMN_CHECKS = """
SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints
WHERE constraint_schema = database() AND level = 'Column'"""
