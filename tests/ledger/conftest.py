from tests.support.flush import flush_with_triggers

__all__ = ["flush_with_triggers"]
