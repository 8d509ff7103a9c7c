"""Heng's tests: real rows, real services."""
