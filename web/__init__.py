"""The web catalogue, its interfaces and its command line."""
