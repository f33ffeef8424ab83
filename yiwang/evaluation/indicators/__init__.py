"""Indicators 指标: what a department did in a period, each figure with its definition and able to be recomputed."""
