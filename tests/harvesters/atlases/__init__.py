"""Tests of what is taken from other cities' atlases."""
