"""模型登记: which version of a model is in use, how it was measured, who approved it, whether the world has drifted away from it."""
