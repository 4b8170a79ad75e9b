"""Funding plans: read with every mistake at its place, their arithmetic checked, published by measure and line."""
