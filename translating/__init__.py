"""Keeps the catalogues in src/belowline/words/ up to date with the sentences in the source. See docs/translate.md."""
