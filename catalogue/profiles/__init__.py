"""Characterisation profiles: what aggregate counts tell of the data behind a record, and how surely."""
