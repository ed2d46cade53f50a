"""The core of FAIRfinder: metadata records, their store, their search index and what is said of them."""
