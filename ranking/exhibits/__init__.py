"""Every table and figure of an edition, each a small function from the edition to what is shown."""
