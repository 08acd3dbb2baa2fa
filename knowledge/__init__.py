"""The company's documents: what they say of themselves, cut into snippets, found again. Pure: no I/O, no Temporal."""
