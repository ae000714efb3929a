"""Proof, before the commit or the merge, that the models, the revisions and the database agree."""

__version__ = "0.1.0"
