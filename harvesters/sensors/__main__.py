"""`python -m ckanext.dresdensmartcity.harvesters.sensors aggregate …`: where there is no portal, and so no `ckan`."""

from .aggregate.command import sensors

if __name__ == "__main__":
    sensors(prog_name="sensors")
