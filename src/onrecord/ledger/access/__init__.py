"""Who may come in, from the page and from programs."""
