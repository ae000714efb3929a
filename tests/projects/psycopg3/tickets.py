import enum

from sqlalchemy import Computed, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class State(enum.Enum):
    open = "open"
    waiting = "waiting"
    closed = "closed"


class Ticket(Base):
    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_open", "id", postgresql_where=text("state = 'open'")),
        Index("tickets_search", "search", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[str]
    state: Mapped[State] = mapped_column(server_default="open")
    labels: Mapped[list[str]] = mapped_column(ARRAY(String(30)), server_default="{}")
    search: Mapped[str] = mapped_column(TSVECTOR, Computed("to_tsvector('english', subject)", persisted=True))
