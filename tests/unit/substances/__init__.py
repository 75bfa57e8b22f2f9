"""Tests of what drugs are called and of reading it in free text."""
