"""Benchmarks: each module measures us and a peer in the same run. `make bench` prints a table and writes var/bench.jsonl."""
