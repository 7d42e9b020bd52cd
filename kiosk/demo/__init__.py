"""The embedded demonstration: real works of the public domain, a plausible catalogue around them, the network of the 04."""

from kiosk.demo.build import build_demo
from kiosk.demo.generator import generate

__all__ = ["build_demo", "generate"]
