import { piecesIn, placeJumps } from '../jumps';

/** Lanes by `from>to`. */
const lanes = (text: string, most = 5): number[] =>
  placeJumps(
    text.split(' ').map(jump => {
      const [from, to] = jump.split('>').map(Number);
      return { from, to };
    }),
    most
  ).map(({ lane }) => lane);

describe('arrows of jumps', () => {
  it('lie in one lane where they do not meet', () => {
    expect(lanes('1>3 4>6 9>7')).toEqual([0, 0, 0]);
  });

  it('lie inside of longer ones', () => {
    expect(lanes('10>1 2>4 5>7 9>5')).toEqual([2, 0, 0, 1]);
  });

  it('do not share a row', () => {
    expect(lanes('1>3 3>5')).toEqual([0, 1]);
  });

  it('are left out where there is no room', () => {
    expect(lanes('3>4 2>5 1>6', 2)).toEqual([0, 1, -1]);
    expect(piecesIn(placeJumps([{ from: 1, to: 6 }], 0), 3)).toEqual([]);
  });

  it('have a piece in each row from one end to the other', () => {
    const jumps = placeJumps([{ from: 4, to: 2 }], 1);
    const piece = { jump: 0, lane: 0 };
    expect([1, 2, 3, 4, 5].map(row => piecesIn(jumps, row))).toEqual([
      [],
      [{ ...piece, up: false, down: true, end: 'to' }],
      [{ ...piece, up: true, down: true, end: null }],
      [{ ...piece, up: true, down: false, end: 'from' }],
      []
    ]);
  });

  it('of a jump to itself have no line', () => {
    const jumps = placeJumps([{ from: 2, to: 2 }], 1);
    expect(piecesIn(jumps, 2)).toEqual([
      { jump: 0, lane: 0, up: false, down: false, end: 'to' }
    ]);
  });
});
