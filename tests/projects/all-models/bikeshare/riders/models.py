from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bikeshare.base import Base, WithId


class Rider(WithId, Base):
    __tablename__ = "riders"

    card_number: Mapped[str] = mapped_column(String(16), unique=True)
