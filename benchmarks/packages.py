"""The published packages that the tool is checked against, and what a user adds to each.

That is an `alembic.ini` where the package sets its configuration in code or leaves a placeholder for the
URL, environment variables that the package asks for, and the settings of alembic-proof that it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

LOGGING = """
[loggers]
keys = root

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""


@dataclass(frozen=True)
class Setup:
    """One way in which a user has the package: the configuration to check, the variables to set.

    `{folder}` in a variable's value stands for the corpus's own folder.
    """

    name: str
    config: str
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Corpus:
    """A published package: what pip installs, the folders of its repository, the files that users add."""

    name: str
    requirements: tuple[str, ...]
    packages: tuple[str, ...]
    setups: tuple[Setup, ...]
    files: tuple[tuple[str, str], ...] = ()


def ini(script_location: str, url: str = "") -> str:
    location = f"script_location = %(here)s/{script_location}\nprepend_sys_path = .\n"
    return f"[alembic]\n{location}{f'sqlalchemy.url = {url}' if url else ''}\n{LOGGING}"


def postgresql(name: str, driver: str = "psycopg2") -> str:
    return f"postgresql+{driver}://{name}@db.example.invalid/{name}"


def listed() -> tuple[Corpus, ...]:
    """Packages whose results are known from other measurements."""
    return (
        Corpus(
            "optuna",
            ("optuna==5.0.0", "psycopg2-binary"),
            ("optuna",),
            (Setup("sqlite", "optuna/storages/_rdb/alembic.ini"), Setup("postgresql", "alembic.ini")),
            (("alembic.ini", ini("optuna/storages/_rdb/alembic", postgresql("optuna"))),),
        ),
        Corpus(
            "heat",
            ("openstack-heat==27.0.1", "psycopg2-binary"),
            ("heat",),
            (Setup("sqlite", "heat/db/alembic.ini"), Setup("postgresql", "alembic.ini")),
            (("alembic.ini", ini("heat/db/migrations", postgresql("heat"))),),
        ),
        Corpus(
            "ckan",
            ("ckan[requirements]==2.12.0",),
            ("ckan", "ckanext"),
            (Setup("core", "alembic.ini"),),
            (("alembic.ini", ini("ckan/migration", postgresql("ckan"))),),
        ),
        airflow(),
        prefect(),
        mlflow(),
    )


def airflow() -> Corpus:
    config = "airflow/alembic.ini"
    home = ("AIRFLOW_HOME", "{folder}/home")
    url = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    return Corpus(
        "airflow",
        ("apache-airflow==3.3.2", "psycopg2-binary", "asyncpg"),
        ("airflow",),
        (
            Setup("postgresql", config, (home, (url, postgresql("airflow")))),
            Setup("sqlite", config, (home, (url, "sqlite:///{folder}/home/airflow.db"))),
        ),
    )


def prefect() -> Corpus:
    config = "prefect/server/database/alembic.ini"
    home = ("PREFECT_HOME", "{folder}/home")
    url = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
    return Corpus(
        "prefect",
        ("prefect==3.8.8",),
        ("prefect",),
        (
            Setup("postgresql", config, (home, (url, postgresql("prefect", "asyncpg")))),
            Setup("sqlite", config, (home, (url, "sqlite+aiosqlite:///{folder}/home/prefect.db"))),
        ),
    )


def mlflow() -> Corpus:
    """The tracking store's first revision alters tables that its first models' `create_all` makes."""
    return Corpus(
        "mlflow",
        ("mlflow[auth]==3.17.2", "psycopg2-binary"),
        ("mlflow",),
        (Setup("tracking", "alembic.ini"), Setup("auth", "auth.alembic.ini")),
        (
            ("alembic.ini", ini("mlflow/store/db_migrations", postgresql("mlflow"))),
            ("auth.alembic.ini", ini("mlflow/server/auth/db/migrations", postgresql("auth"))),
            ("starting_schema.py", MLFLOW_START),
            ("pyproject.toml", MLFLOW_SETTINGS),
        ),
    )


MLFLOW_START = """\
from mlflow.store.tracking.dbmodels.initial_models import Base


def create(connection):
    Base.metadata.create_all(connection)
"""
MLFLOW_SETTINGS = """\
[tool.alembic-proof.environments."alembic.ini"]
starting-schema = "starting_schema:create"
"""


def further() -> tuple[Corpus, ...]:
    """Packages that set Alembic up in ways that the listed ones do not have."""
    return (
        Corpus(
            "jupyterhub",
            ("jupyterhub==6.1.1", "psycopg2-binary"),
            ("jupyterhub",),
            (Setup("postgresql", "alembic.ini"),),
            (("alembic.ini", ini("jupyterhub/alembic", postgresql("jupyterhub"))),),
        ),
        Corpus(
            "ironic",
            ("ironic==39.0.0",),
            ("ironic",),
            (Setup("sqlite", "ironic/db/sqlalchemy/alembic.ini"),),
        ),
        Corpus(
            "galaxy",
            ("galaxy-data==26.1.2", "psycopg2-binary"),
            ("galaxy",),
            (Setup("postgresql", "alembic.ini"),),
            (("alembic.ini", GALAXY_INI),),
        ),
        Corpus(
            "zenml",
            ("zenml[local]==0.98.0",),
            ("zenml",),
            (Setup("sqlite", "alembic.ini", (("ZENML_CONFIG_PATH", "{folder}/home"),)),),
            (("alembic.ini", ini("zenml/zen_stores/migrations")),),
        ),
        dstack(),
        phoenix(),
        superset(),
    )


GALAXY_INI = ini("galaxy/model/migrations/alembic", postgresql("galaxy")).replace(
    "prepend_sys_path",
    "version_locations = %(here)s/galaxy/model/migrations/alembic/versions_gxy;"
    "%(here)s/galaxy/model/migrations/alembic/versions_tsi\npath_separator = ;\nprepend_sys_path",
)


def dstack() -> Corpus:
    config = "dstack/_internal/server/alembic.ini"
    home = ("DSTACK_SERVER_DIR", "{folder}/home")
    url = "DSTACK_DATABASE_URL"
    return Corpus(
        "dstack",
        ("dstack[server]==0.22.5",),
        ("dstack",),
        (
            Setup("postgresql", config, (home, (url, postgresql("dstack", "asyncpg")))),
            Setup("sqlite", config, (home, (url, "sqlite+aiosqlite:///{folder}/home/dstack.db"))),
        ),
    )


def phoenix() -> Corpus:
    config = "phoenix/db/alembic.ini"
    home = ("PHOENIX_WORKING_DIR", "{folder}/home")
    url = "PHOENIX_SQL_DATABASE_URL"
    return Corpus(
        "phoenix",
        ("arize-phoenix[pg]==20.26.1",),
        ("phoenix",),
        (
            Setup("postgresql", config, (home, (url, "postgresql://phoenix@db.example.invalid/phoenix"))),
            Setup("sqlite", config, (home, (url, "sqlite:///{folder}/home/phoenix.db"))),
        ),
    )


def superset() -> Corpus:
    url = postgresql("superset")
    return Corpus(
        "superset",
        ("apache-superset==6.1.0", "flask-caching<2.4", "psycopg2-binary"),
        ("superset",),
        (
            Setup(
                "postgresql",
                "superset/migrations/alembic.ini",
                (("FLASK_APP", "superset"), ("SUPERSET_HOME", "{folder}/home")),
            ),
        ),
        (("superset_config.py", f'SECRET_KEY = "not-a-secret"\nSQLALCHEMY_DATABASE_URI = "{url}"\n'),),
    )


CORPORA = listed() + further()
