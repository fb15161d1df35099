"""How the language model that ``onrecord.parse`` runs was made: convert, train, evaluate, export. Needs the ``train`` extra."""
