from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bikeshare.base import Base, WithId


class Trip(WithId, Base):
    __tablename__ = "trips"

    bike_id: Mapped[int] = mapped_column(ForeignKey("bikes.id"))
    rider_id: Mapped[int] = mapped_column(ForeignKey("riders.id"))
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
