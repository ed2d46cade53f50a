"""The demonstration network: invented European health data sources, published by real servers on loopback."""
