"""The ground floor: namespaces, controlled vocabularies and JSON-LD contexts."""
