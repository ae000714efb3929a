from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from lending.models import Base, Tool

engine = create_engine("postgresql+psycopg2://tools@db.example.invalid/tools")
Base.metadata.create_all(engine)


def broken_tools() -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).where(Tool.broken)) or 0
