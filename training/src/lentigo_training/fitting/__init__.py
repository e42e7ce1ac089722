"""Training: the run, the engines that do its steps, checkpoints."""
