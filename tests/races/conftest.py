"""What races share: real connections to one database."""

from tests.support.filed import filed

__all__ = ["filed"]
