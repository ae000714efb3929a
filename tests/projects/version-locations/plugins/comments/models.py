from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.models import Base


class Comment(Base):
    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    text: Mapped[str] = mapped_column(Text)
