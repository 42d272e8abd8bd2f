"""The database schema, one step after another."""
