"""The register of signals: what the detectors point out to a coordinator, and what became of it.

May import cases and everything below it. The numbers are made in the package `detection`, which knows nothing of here.
"""
