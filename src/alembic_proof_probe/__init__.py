"""Runs inside the project's own interpreter: standard library, and the project's Alembic and SQLAlchemy.

It imports nothing of the tool and runs on Python 3.9 and later. It is started as
`python .../alembic_proof_probe/__main__.py`, reads one job from standard input, and writes one JSON object
a line to what was standard output.
"""
