/**
 * Short names for native symbols: what a person would call the function.
 */

/** What compilers and linkers append: clones, versions, Rust's hash. */
const SUFFIXES =
  /(?:\.(?:part|isra|constprop|cold|lto_priv|localalias|llvm|avx\w*|sse\w*)(?:\.\d+)?|\s*\[clone [^\]]*\]|@{1,2}[\w.]+|::h[0-9a-f]{16})+$/;

/** How packagers of BLAS and LAPACK decorate C and Fortran names. */
const BLAS = /^(?:scipy_|openblas_)?((?:cblas_|LAPACKE_)?[A-Za-z]\w*?)_?64_$/;
const SCIPY = /^scipy_((?:cblas_|LAPACKE_)?\w+?)_?$/;

/**
 * `scipy_cblas_dgemm64_` becomes `cblas_dgemm`, `memcpy@@GLIBC_2.14`
 * `memcpy`, `void ns::Sorter<int>::run(int*, int) const` `Sorter::run`.
 * Addresses and names of no known pattern stay as they are.
 */
export function shortSymbol(symbol: string): string {
  const plain = symbol.replace(SUFFIXES, '') || symbol;
  const blas = BLAS.exec(plain) ?? SCIPY.exec(plain);
  if (blas) {
    return blas[1];
  }
  return /[(<]|::/.test(plain) ? shortCpp(plain) : plain;
}

/** A demangled C++ or Rust name without parameters, templates, outer scopes. */
function shortCpp(name: string): string {
  if (/^[<[(]/.test(name) && !/^<.* as .*>::|^\(anonymous/.test(name)) {
    return name;
  }
  const outline = withoutBrackets(name);
  // A return type stands before the name, separated by a space.
  const words = outline.split(/ (?!operator)/).filter(Boolean);
  const last = words.filter(word => word !== 'const').pop() ?? '';
  const scopes = last
    .replace(/^[*&]+/, '')
    .split('::')
    .filter(Boolean);
  return scopes.slice(-2).join('::') || name;
}

/** Leaves out what stands in (), <> and {}, but for operators. */
function withoutBrackets(name: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name[at];
    if (depth === 0 && name.startsWith('operator', at)) {
      const operator = /^operator(?:\(\)|[^\w\s(]+|\s+\w+)?/.exec(
        name.slice(at)
      )!;
      out += operator[0];
      at += operator[0].length - 1;
    } else if ('(<{['.includes(char)) {
      depth++;
    } else if (')>}]'.includes(char)) {
      depth = Math.max(0, depth - 1);
    } else if (depth === 0) {
      out += char;
    }
  }
  return out.trim();
}
