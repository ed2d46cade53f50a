"""The sources of metadata: one file a source kind; each only yields records."""
