"""The detectors: counts in, numbers out. What is unusual here, how unusual, and how often we would say so for nothing.

Imports numpy and scipy, nothing of the service: no database, no web, no clock. Days and weeks are columns of an array,
series are rows. How the parts fit together stands in docs/signals.md.

`rules` needs no statistics · `surprise` is the test for sparse counts: `predictive` has its formulas, `limits` how
often it may be wrong · `farrington` is for series with years of history, with `regression` under it · `scan` looks for
clusters in space and time · `ears` and `ewma` are familiar and kept to compare with · `episodes` joins days into
signals · `backtest` replays history as it was known day by day, `simulation` invents it · `settings` reads what the
policy says.
"""
