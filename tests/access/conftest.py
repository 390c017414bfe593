from tests.support.scene import scene

__all__ = ["scene"]
