"""Room still being furnished."""

__all__: list[str] = []
