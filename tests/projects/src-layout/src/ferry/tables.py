"""Imperative mapping: the domain's classes know nothing of the database."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table
from sqlalchemy.orm import registry

from ferry.timetable import Departure, Harbour

mapper_registry = registry()
metadata = mapper_registry.metadata

harbours = Table(
    "harbours",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
)

departures = Table(
    "departures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("harbour_id", ForeignKey("harbours.id"), nullable=False),
    Column("leaves", DateTime, nullable=False),
    Column("vessel", String(80)),
)

mapper_registry.map_imperatively(Harbour, harbours)
mapper_registry.map_imperatively(Departure, departures)
