"""What squawk is given, and which statement each of its warnings is about."""

from __future__ import annotations

import json
from typing import Any

from alembic_proof.locks.squawk import OBSERVED, Said, Warned, script, warnings

FIRST = Said("b1", "m/b1.py", 13, "ALTER TABLE account\n    ADD x int -- narrow")
SECOND = Said("b1", "m/b1.py", 14, "DROP TABLE role;\n")
THIRD = Said("b1", "m/b1.py", None, "SELECT 1")
FILES = {"0.sql": (FIRST, SECOND, THIRD)}


def answer(*places: tuple[int, str]) -> bytes:
    told: list[dict[str, Any]] = [
        {"file": "0.sql", "line": line, "rule_name": rule, "message": "why", "help": "how"}
        for line, rule in places
    ]
    return json.dumps(told).encode()


def test_a_comment_at_the_end_of_a_statement_hides_nothing() -> None:
    assert script(FILES["0.sql"]) == (
        "ALTER TABLE account\n    ADD x int -- narrow\n;\nDROP TABLE role\n;\nSELECT 1\n;\n"
    )


def test_each_line_of_the_file_belongs_to_a_statement() -> None:
    found = warnings(answer(*((line, f"r{line}") for line in range(7))), FILES)

    assert [one.said for one in found] == [FIRST, FIRST, FIRST, SECOND, SECOND, THIRD, THIRD]
    assert found[0] == Warned(FIRST, "r0", "why", "how")


def test_a_line_beyond_the_file_is_the_last_statements() -> None:
    assert [one.said for one in warnings(answer((99, "r")), FILES)] == [THIRD]


def test_what_is_said_of_each_column_of_a_statement_is_said_once() -> None:
    assert len(warnings(answer((0, "r"), (1, "r"), (3, "r")), FILES)) == 2


def test_what_a_server_was_asked_for_is_left_out() -> None:
    assert warnings(answer(*((0, rule) for rule in sorted(OBSERVED))), FILES) == []
