"""Backup and restore: thin steps around the databases' own tools, with a manifest that finds one changed byte."""
