from sqlalchemy import CheckConstraint, ForeignKey, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("floor", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    floor: Mapped[int]
    number: Mapped[int]


class Exhibit(Base):
    __tablename__ = "exhibit"
    __table_args__ = (CheckConstraint("year > 0", name="year_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
