"""What lies in the storage of uploads."""

from django.core.files.storage import default_storage


def stored(folder: str = "") -> set[str]:
    """The names of all files below a folder."""
    folders, files = default_storage.listdir(folder)
    below = {f"{folder}/{name}" for name in files}
    return below.union(*(stored(f"{folder}/{name}" if folder else name) for name in folders))
