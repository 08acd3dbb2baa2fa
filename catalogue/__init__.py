"""Finds the product that a customer's words mean: `matching.Catalogue`. Pure: no I/O.

`text` folds and splits words, `attributes` reads sizes, colours and the like and says which contradict, `index` holds
the products and finds a few dozen like ones by character trigrams (BM25), `scoring` ranks those, `matching` decides."""
