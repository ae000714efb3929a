from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bikeshare.base import Base, WithId


class Station(WithId, Base):
    __tablename__ = "stations"

    street: Mapped[str] = mapped_column(String(100))
    docks: Mapped[int]


class Bike(WithId, Base):
    __tablename__ = "bikes"

    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
