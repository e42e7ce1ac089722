"""Figures of a classifier, and what turns its logits into probabilities and decisions."""
