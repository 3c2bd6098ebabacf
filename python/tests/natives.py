"""Native libraries that the tests build themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

C_SOURCE = """\
#include <stdint.h>
static inline __attribute__((always_inline)) uint64_t mix(uint64_t x, uint64_t k)
{
    for (int i = 0; i < 100; i++) x = x * 7 + k;
    return x;
}
uint64_t burn(uint64_t n)
{
    uint64_t x = n;
    for (uint64_t k = 0; k < n; k++) {
        x = mix(x, k);
        for (int i = 0; i < 300; i++) x = x * 7 + k;
    }
    return x;
}
"""
"""A quarter of the time is spent in `mix`, line 4, called in line 11, the rest in line 12."""


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints; the test fails with its words if it fails."""
    if shutil.which(str(command[0])) is None:
        pytest.fail(f"{command[0]} is needed: apt-get install gcc g++ binutils")
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def c_library(folder: Path, *flags: str, source: str = C_SOURCE, name: str = "native") -> Path:
    """A library `lib<name>.so` of C code, with debug information."""
    file, library = folder / f"{name}.c", folder / f"lib{name}.so"
    file.write_text(source)
    run("cc", "-g", "-O1", "-shared", "-fPIC", *flags, "-o", library, file)
    return library


def symbol(library: Path, name: str) -> int:
    """The address of a function, as linked."""
    for line in run("nm", library).splitlines():
        address, *rest = line.split()
        if rest[1:] == [name]:
            return int(address, 16)
    raise AssertionError(f"{library} has no symbol {name}")


CPP_SOURCE = """\
#include <cstdint>
namespace geo {
template <class T> struct Grid {
    T size;
    __attribute__((noinline)) T walk(T n) const;
};
template <class T> T Grid<T>::walk(T n) const {
    T x = n;
    for (T i = 0; i < n; i++) x = x * 7 + size;
    return x;
}
template <class T, class F> __attribute__((noinline)) T reduce(T n, F f) {
    T x = n;
    for (T i = 0; i < n; i++) x = f(x, i);
    return x;
}
}
extern "C" uint64_t cpp_burn(uint64_t n) {
    geo::Grid<uint64_t> grid{3};
    return grid.walk(n) + geo::reduce(n, [](uint64_t a, uint64_t b) { return a * 7 + b; });
}
"""

RUST_SOURCE = """\
pub trait Shape { fn area(&self, n: u64) -> u64; }
pub struct Square(u64);
impl Shape for Square {
    #[inline(never)]
    fn area(&self, n: u64) -> u64 {
        let mut x = self.0;
        for i in 0..n { x = x.wrapping_mul(7).wrapping_add(i ^ x); }
        x
    }
}
#[no_mangle]
pub extern "C" fn rust_burn(n: u64) -> u64 {
    let shape: Box<dyn Shape> = Box::new(Square(std::hint::black_box(n)));
    shape.area(n)
}
"""

CYTHON_SOURCE = """\
# cython: language_level=3
cdef class Grid:
    cdef unsigned long long inner(self, unsigned long long n):
        cdef unsigned long long x = n, i
        for i in range(n):
            x = (x * 7 + i) % n  # a division: dearer than the loop around it on every CPU
        return x
    def walk(self, n):
        return self.inner(n)

def work(n):
    t = 0
    for i in range(n):
        t += i ^ 2
    return t
"""


def cpp_library(folder: Path) -> Path:
    """`libcpp.so` with `cpp_burn`."""
    file, library = folder / "cpp.cpp", folder / "libcpp.so"
    file.write_text(CPP_SOURCE)
    run("g++", "-g", "-O1", "-shared", "-fPIC", "-o", library, file)
    return library


def rust_library(folder: Path) -> Path | None:
    """`librust.so` with `rust_burn`; None where there is no rustc."""
    if shutil.which("rustc") is None:
        return None
    file, library = folder / "rust.rs", folder / "librust.so"
    file.write_text(RUST_SOURCE)
    run("rustc", "-g", "-O", "--crate-type=cdylib", "--crate-name=shapes", "-o", library, file)
    return library


def cython_module(folder: Path) -> Path:
    """`made/grid.so`, a module in a package."""
    package = folder / "made"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "grid.pyx").write_text(CYTHON_SOURCE)
    run(sys.executable, "-m", "cython", "-3", "made/grid.pyx", cwd=folder)
    include = sysconfig.get_paths()["include"]
    flags = ("-w", "-g", "-O1", "-shared", "-fPIC", f"-I{include}")
    run("cc", *flags, "-o", package / "grid.so", package / "grid.c")
    return package / "grid.so"
