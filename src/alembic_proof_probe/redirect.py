"""Leads every connection that SQLAlchemy makes to a throwaway database."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Callable

from alembic_proof_probe import drivers

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

SERVER_STATEMENT = re.compile(r"\s*(?:create|drop|alter)\s+database\b", re.IGNORECASE)
GENERATION = "alembic_proof_generation"


def lead_sqlalchemy(broker: Broker) -> None:
    """Install SQLAlchemy's events. Must run before the project's code is imported."""
    import sqlalchemy
    from sqlalchemy import engine, event, exc
    from sqlalchemy.engine import create
    from sqlalchemy.pool import Pool

    def connecting(dialect: Any, _record: Any, args: list[Any], kwargs: dict[str, Any]) -> None:
        lead = drivers.BY_NAME.get(dialect.driver)
        if lead is None:
            raise broker.refuse(f"{dialect.name}+{dialect.driver}, a driver that alembic-proof does not know")
        args[:], led = lead(broker, list(args), dict(kwargs))
        kwargs.clear()
        kwargs.update(led)

    def connected(_connection: Any, record: Any) -> None:
        record.info[GENERATION] = broker.generation

    def checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get(GENERATION) != broker.generation:
            raise exc.DisconnectionError("the throwaway database was made anew")

    def executing(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any
    ) -> Any:
        # Libraries that create the project's database when it is missing must not do so on somebody's server.
        return ("SELECT 1", parameters) if SERVER_STATEMENT.match(statement) else (statement, parameters)

    event.listen(engine.Engine, "do_connect", connecting)
    event.listen(engine.Engine, "before_cursor_execute", executing, retval=True)
    event.listen(Pool, "connect", connected)
    event.listen(Pool, "checkout", checked_out)
    leading = _without_ways_around(create.create_engine)
    sqlalchemy.create_engine = engine.create_engine = create.create_engine = leading


def _without_ways_around(create_engine: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(create_engine)
    def leading(url: Any, **options: Any) -> Any:
        # Both connect without the event that leads connections.
        options.pop("creator", None)
        options.pop("pool", None)
        return create_engine(url, **options)

    return leading
