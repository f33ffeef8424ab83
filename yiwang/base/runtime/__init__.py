"""Starting, watching and stopping the parts of an installation."""
