"""Local models 智能: texts sorted, grouped and judged by small models that run on one core, each registered, measured, reversible."""
