"""Turns a click, a call or a command into one act and one answer; never decides."""
