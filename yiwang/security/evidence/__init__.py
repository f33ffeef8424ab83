"""What is proven: an append-only Merkle log with signed checkpoints."""
