"""Belowline: the conversation under a publication's stories."""

__version__ = "0.1.0"
