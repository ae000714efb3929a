from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Singer(Base):
    __tablename__ = "singers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    voice: Mapped[str] = mapped_column(String(10))
    joined: Mapped[date | None]
