"""The description of the JSON API: an OpenAPI document made out of the views themselves, and a page drawn from it.

May import people and what stands below it. The stages whose calls it describes stand above it.
"""
