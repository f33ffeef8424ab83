"""The law as data and the engine that runs it; no framework, no input or output."""
