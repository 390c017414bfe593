"""Seeing it run: what is due, what is parked, what alarms, and whether the portal is whole."""
