import sqlalchemy as sa
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Book(Base):
    __tablename__ = "books"

    id = sa.Column(sa.Integer, primary_key=True)
    isbn = sa.Column(sa.String(13), nullable=False, unique=True)
    title = sa.Column(sa.String(200), nullable=False)
    shelf = sa.Column(sa.String(20))

    loans = relationship("Loan", back_populates="book")


class Loan(Base):
    __tablename__ = "loans"

    id = sa.Column(sa.Integer, primary_key=True)
    book_id = sa.Column(sa.ForeignKey("books.id"), nullable=False, index=True)
    borrower = sa.Column(sa.String(100), nullable=False)
    due = sa.Column(sa.Date, nullable=False)

    book = relationship("Book", back_populates="loans")
