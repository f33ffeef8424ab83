"""FEEL, the expression language of DMN: text in, a fast Python function out; every error is null with a diagnostic."""
