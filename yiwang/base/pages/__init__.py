"""The design system: layouts, style, components, error pages."""
