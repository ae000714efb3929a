from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Show(Base):
    __tablename__ = "shows"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str] = mapped_column(String(150))
    feed: Mapped[dict] = mapped_column(JSONB, server_default="{}")

    episodes: Mapped[list["Episode"]] = relationship(back_populates="show")


class Episode(Base):
    __tablename__ = "episodes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    show_id: Mapped[UUID] = mapped_column(ForeignKey("shows.id"), index=True)
    seconds: Mapped[int]
    published: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    show: Mapped[Show] = relationship(back_populates="episodes")
