from tests.support.crawl import crawled
from tests.support.scene import scene

__all__ = ["crawled", "scene"]
