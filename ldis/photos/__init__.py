"""Photos: of a drug, its packaging or markings. Decoded apart, redrawn without what the phone wrote into them, kept
encrypted, and shown to those alone who may see the report.

A photo is kept under the partnership and the `submission_key` of the form it came with; this stage knows nothing of
reports. May import people, audit and the ground.
"""
