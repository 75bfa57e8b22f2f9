"""The service: one package per stage of the flow from a report to an acknowledged alert."""
