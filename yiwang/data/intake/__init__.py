"""Where the lake's data comes from: sources of departments, their runs, and the rows that wait for repair."""
