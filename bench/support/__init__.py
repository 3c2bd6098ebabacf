"""What the benchmarks share: programs, profilers, their answers, statistics, documents."""
