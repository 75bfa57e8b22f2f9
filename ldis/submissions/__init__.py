"""What comes in: incident reports and laboratory results, from a page or a system, each with a reference.

May import substances, people, deliveries, audit and the ground.
"""
