"""A profile as text, as static HTML and as a standalone page."""
