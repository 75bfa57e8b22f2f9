"""Everything that shows the service at work without the outside world: invented data, local providers, the demo.

May import every stage below the tops. Nothing imports it but the tops.
"""
