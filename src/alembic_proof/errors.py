"""Why a check could not be made. Problems in the user's project are findings instead.

ProofError
├── UsageError           a flag, a variable or a setting that cannot be used
├── GitError             no repository, an unknown ref, a Git that failed
├── ConfigurationError   no Alembic environment, or a configuration that cannot be read
├── InterpreterError     no Python that has the project's Alembic
├── DatabaseError        no throwaway database to be had
├── ProbeError           the project's own code could not be loaded or run
└── HostingError         GitHub refuses what is asked of it, or does not answer
"""


class ProofError(Exception):
    """Ends the run with exit status 2.

    `message` says what is wrong and `hint` what to do: one line each, begun in lower case unless with a name,
    and without a full stop. `detail` is what a person needs beside them, such as the project's traceback, in
    as many lines as it takes.
    """

    def __init__(self, message: str, hint: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class UsageError(ProofError):
    """A flag, a variable or a setting that cannot be used."""


class GitError(ProofError):
    """No repository, an unknown ref, or a Git that failed."""


class ConfigurationError(ProofError):
    """No Alembic environment in the tree, or one whose configuration cannot be read."""


class InterpreterError(ProofError):
    """No Python interpreter that can import the project's Alembic."""


class DatabaseError(ProofError):
    """No throwaway database to be had."""


class ProbeError(ProofError):
    """The project's own code could not be loaded or run."""


class HostingError(ProofError):
    """GitHub refuses what is asked of it, or does not answer. `status` is the HTTP status where it did."""

    def __init__(self, message: str, hint: str, status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status
