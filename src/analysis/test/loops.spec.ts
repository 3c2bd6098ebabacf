import { isInLoop } from '../loops';

const source = `total = 0
for i in range(9):
    # a comment

    if i % 2:
        total += i
def f(x):
    return x * 2
while total:
    def g():
        return 1
    total -= 1
squares = [f(i) for i in range(9)]
print(total,
      squares)
class C:
    a = 1`.split('\n');

describe('isInLoop', () => {
  it('finds the lines of loops and comprehensions within their function', () => {
    const found = source.flatMap((_, at) =>
      isInLoop(source, at + 1) ? [at + 1] : []
    );
    expect(found).toEqual([2, 3, 5, 6, 9, 10, 12, 13]);
  });

  it('knows nothing of lines that are not there', () => {
    expect(isInLoop(source, 99)).toBe(false);
    expect(isInLoop([], 1)).toBe(false);
  });
});
