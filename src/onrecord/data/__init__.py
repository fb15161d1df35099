"""Built and read-only: lexicon and ontology packs, gazetteer, language model. Made by ``tools/`` and ``training/``, never edited."""
