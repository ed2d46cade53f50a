"""The steps from the tables of earlier versions to those of today, for Alembic."""
