"""Checking a published bundle offline: no Django, no database, no network. Start it with `python -m ranking.verify`."""

METHOD_VERSION = "1"  # raised whenever the same inputs and rules would give other published figures
