"""Alembic's way in: runs the migrations on the connection that `directory.database.migrate` has opened and locked."""

from alembic import context

from directory.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite does this well; Alembic assumes it does not
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
