"""The register of deaths and near-fatal overdoses that were reviewed: counts without names, and what was learnt.

May import `ldis.indicators` and what is below it.
"""
