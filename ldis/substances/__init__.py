"""What drugs are called: the catalogue, the reading of free text, and what was found beside what was sold.

`catalogue` holds the entries of config/substances.toml, `names` the index built from them, `rules` the matching and
`verdict` the comparison of a laboratory's findings with what the sample was sold as; `doubts` and `denials` say why a
name may not be taken as it stands, and `words` is the English around the names. All of that is pure; `access` hands the
index to views. Nothing is guessed silently: words that could mean several drugs, or only look like a name, are offered
for a person to confirm.

May import people, deliveries, audit and the ground.
"""
