from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool, text

from schools.models import Base
from schools.tenants import TENANTS

config = context.config

if config.config_file_name is not None:
    fileConfig(config.config_file_name)

target_metadata = Base.metadata


def run_migrations_offline() -> None:
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )

    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )

    with connectable.connect() as connection:
        for tenant in TENANTS:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{tenant}"'))
            connection.execute(text(f'SET search_path TO "{tenant}"'))
            connection.commit()
            connection.dialect.default_schema_name = tenant

            context.configure(connection=connection, target_metadata=target_metadata)

            with context.begin_transaction():
                context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
