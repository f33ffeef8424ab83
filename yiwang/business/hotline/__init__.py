"""Hotline tickets 热线工单: every channel into one life cycle, routed by duty, answered in time, and read for patterns."""
