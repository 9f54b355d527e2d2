"""How alembic runs the migrations: on the connection of an opened store, inside its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
