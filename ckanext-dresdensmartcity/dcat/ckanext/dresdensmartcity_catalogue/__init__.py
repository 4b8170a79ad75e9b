"""The plugin dresdensmartcity_catalogue and, beside it, the migrations of its tables."""
