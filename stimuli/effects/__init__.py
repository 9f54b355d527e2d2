"""Audio effects: plain functions on (samples, channels) float64."""
