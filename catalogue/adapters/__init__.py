"""The engines behind the ports. Only `catalogue.bootstrap` and tests import from here."""
