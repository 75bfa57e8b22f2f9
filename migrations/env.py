"""How Alembic reaches the database: with the address it is handed, in one transaction per migration."""

from alembic import context

from ldis.db import Base, make_engine, ours

engine = make_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
