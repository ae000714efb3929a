"""Git, read and, but for `stage`, never written: the repository, and the trees that can be judged."""

from alembic_proof.git.merging import Base, find_base, merge_tree, parents_of_next_commit
from alembic_proof.git.repository import Repository
from alembic_proof.git.staging import stage
from alembic_proof.git.stored import StoredTree, commit_tree, index_tree
from alembic_proof.git.trailers import trailer_values
from alembic_proof.git.tree import Tree
from alembic_proof.git.working import WorkingTree, working_tree

__all__ = [
    "Base",
    "Repository",
    "StoredTree",
    "Tree",
    "WorkingTree",
    "commit_tree",
    "find_base",
    "index_tree",
    "merge_tree",
    "parents_of_next_commit",
    "stage",
    "trailer_values",
    "working_tree",
]
