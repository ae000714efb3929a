"""Revision files, read statically, and the graph that they make. Imports neither SQLAlchemy nor Alembic."""
