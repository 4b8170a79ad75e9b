"""From a table as it comes to typed rows: headers, numbers, areas, periods, groups, and guesses."""
