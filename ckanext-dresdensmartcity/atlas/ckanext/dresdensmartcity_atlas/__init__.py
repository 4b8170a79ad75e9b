"""The plugin dresdensmartcity_atlas and, beside it, the migrations of its tables."""
