"""Which test files may run side by side."""

from __future__ import annotations

UNDISTURBED = frozenset(
    [
        "test_agreement",
        "test_bench",
        "test_build",
        "test_callgrind",
        "test_callgrind_damage",
        "test_cli",
        "test_convert",
        "test_coverage_gcov",
        "test_coverage_lcov",
        "test_doctor",
        "test_formats",
        "test_formats_gmon",
        "test_formats_modules",
        "test_gcov_counts",
        "test_gprof_counts",
        "test_imports",
        "test_kernelspec",
        "test_mixed_classify",
        "test_mixed_parts",
        "test_packaging",
        "test_perf_versions",
        "test_report_render",
        "test_server",
        "test_server_disassembly",
        "test_server_open",
        "test_server_source",
        "test_symbols",
        "test_symbols_debuginfod",
        "test_symbols_eh_frame",
        "test_symbols_lines",
        "test_symbols_names",
        "test_tables",
        "test_tables_summary",
    ]
)
"""Their tests come out the same however busy the machine is: they read, count, build or serve.
`npm test` runs two of these files at a time. All others, which measure time or need perf, Valgrind
or a kernel that is interrupted, run one by one with nothing beside them; so does a new file until
somebody adds it here."""
