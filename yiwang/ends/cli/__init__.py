"""The command `yiwang`."""
