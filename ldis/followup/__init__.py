"""After a report was sent: its reporter follows it, adds to it, is asked a question, and hears what came of it.

May import submissions, people, deliveries, audit and the ground. It knows no case: the review says how far a
report has got, and this stage tells the reporter.
"""
