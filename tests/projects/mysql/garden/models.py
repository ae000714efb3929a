from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.dialects.mysql import MEDIUMTEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Plot(Base):
    __tablename__ = "plots"

    id: Mapped[int] = mapped_column(primary_key=True)
    square_metres: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    sunny: Mapped[bool]


class Gardener(Base):
    __tablename__ = "gardeners"

    id: Mapped[int] = mapped_column(primary_key=True)
    plot_id: Mapped[int | None] = mapped_column(ForeignKey("plots.id"))
    name: Mapped[str] = mapped_column(String(80))
    notes: Mapped[str | None] = mapped_column(MEDIUMTEXT)
