"""How messages leave: one protocol, one module per provider, two named failures.

A provider's words and codes are mapped in one table beside its client and appear nowhere else.
"""
