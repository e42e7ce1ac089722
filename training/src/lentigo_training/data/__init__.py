"""Pictures: which there are, how they are split, drawn, augmented and resampled."""
