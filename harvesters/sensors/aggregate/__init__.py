"""Files of raw sensor values -> tables of means, without a database: `ckan dresdensmartcity sensors aggregate`."""
