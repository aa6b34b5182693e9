import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, type Layout, type Line, layOut } from '../../src/report/html/layout.ts';
import { holds } from '../support/property.ts';

const GAPS = { columnGap: 40, rowGap: 10 };

const box = (id: string, column: number, height = 40): Box => ({ id, column, width: 100, height });

const at = ({ boxes }: Layout, id: string): { x: number; y: number } => boxes.get(id) ?? { x: -1, y: -1 };

describe('the places of boxes', () => {
  test('columns stand side by side, and those that nothing is in take no room', () => {
    const layout = layOut([box('a', 0), box('b', 3)], [{ from: 'a', to: 'b' }], GAPS);
    expect(at(layout, 'a')).toEqual({ x: 0, y: 0 });
    expect(at(layout, 'b')).toEqual({ x: 140, y: 0 });
    expect(layout).toMatchObject({ width: 240, height: 40 });
  });

  test('a box stands beside the middle of what leads to it', () => {
    const lines = [
      { from: 'a', to: 'd' },
      { from: 'b', to: 'd' },
      { from: 'c', to: 'd' },
    ];
    const layout = layOut([box('a', 0), box('b', 0), box('c', 0), box('d', 1)], lines, GAPS);
    expect(at(layout, 'd').y).toBe(at(layout, 'b').y);
  });

  test('lines that would cross are untangled', () => {
    const boxes = [box('a', 0), box('b', 0), box('x', 1), box('y', 1)];
    const layout = layOut(
      boxes,
      [
        { from: 'a', to: 'y' },
        { from: 'b', to: 'x' },
      ],
      GAPS,
    );
    expect(Math.sign(at(layout, 'a').y - at(layout, 'b').y)).toBe(
      Math.sign(at(layout, 'y').y - at(layout, 'x').y),
    );
  });

  test('a line keeps clear of the boxes of a column that it passes', () => {
    const boxes = [box('a', 0), box('m', 1), box('z', 2)];
    const layout = layOut(
      boxes,
      [
        { from: 'a', to: 'm' },
        { from: 'm', to: 'z' },
        { from: 'a', to: 'z' },
      ],
      GAPS,
    );
    const m = at(layout, 'm');
    const passing = (layout.lines[2] ?? []).filter(({ x }) => x >= m.x && x <= m.x + 100);
    expect(passing).toHaveLength(2);
    for (const { y } of passing) expect(y < m.y || y > m.y + 40).toBe(true);
  });

  test('what stands alone follows the others', () => {
    const layout = layOut([box('alone', 0), box('a', 0), box('b', 1)], [{ from: 'a', to: 'b' }], GAPS);
    expect(at(layout, 'alone').y).toBe(at(layout, 'a').y + 50);
  });

  test('nothing is placed where there is nothing', () => {
    expect(layOut([], [], GAPS)).toEqual({ width: 0, height: 0, boxes: new Map(), lines: [] });
  });
});

const systems = fc
  .array(fc.record({ column: fc.nat(5), height: fc.integer({ min: 20, max: 120 }) }), {
    minLength: 1,
    maxLength: 30,
  })
  .chain((sizes) =>
    fc.array(fc.tuple(fc.nat(sizes.length - 1), fc.nat(sizes.length - 1)), { maxLength: 50 }).map((pairs) => {
      const boxes = sizes.map(({ column, height }, index) => box(`n${index}`, column, height));
      const lines = pairs.flatMap(([from, to]): Line[] => {
        const [one, other] = [boxes[from], boxes[to]];
        return one && other && one.column < other.column ? [{ from: one.id, to: other.id }] : [];
      });
      return { boxes, lines };
    }),
  );

test('whatever the system: no two boxes of a column overlap, all are inside, and the same comes out again', () => {
  holds(systems, ({ boxes, lines }) => {
    const layout = layOut(boxes, lines, GAPS);
    const placed = boxes.map((one) => ({ ...one, ...at(layout, one.id) }));
    for (const one of placed) {
      expect(one.y).toBeGreaterThanOrEqual(0);
      expect(one.y + one.height).toBeLessThanOrEqual(layout.height);
      expect(one.x + one.width).toBeLessThanOrEqual(layout.width);
      for (const other of placed) {
        const isApart = one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(one === other || one.column !== other.column || isApart).toBe(true);
      }
    }
    expect(layOut(boxes, lines, GAPS)).toEqual(layout);
  });
});
