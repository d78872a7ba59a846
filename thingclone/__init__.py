"""ThingClone: a self-hosted, drop-in replacement for ThingSpeak."""

__version__ = "0.1.0"
