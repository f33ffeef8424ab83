"""Signatures, sealing and Merkle trees as plain machinery."""
