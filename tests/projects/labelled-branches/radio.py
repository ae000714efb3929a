from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table

metadata = MetaData()

programmes = Table(
    "programmes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(100), nullable=False),
    Column("starts_at", DateTime, nullable=False),
)
