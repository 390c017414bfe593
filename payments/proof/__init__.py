"""Proof packs: what goes in, how it is signed, and how one that comes back is judged (mission.md N8)."""
