"""Review: a queue of doubtful claims, forms, and the state of a claim as a fold over the decisions about it."""
