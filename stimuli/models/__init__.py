"""What systems are made of: networks, features, reverse engineering, training, checkpoints."""
