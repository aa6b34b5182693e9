/** Something to be placed: its column, and its size in pixels. */
export interface Box {
  readonly id: string;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** A line from one box to another in a later column. */
export interface Line {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands, in pixels from the top left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The top left corner of each box. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** For each line, in the order given, the points that it runs through. */
  readonly lines: readonly (readonly Point[])[];
}

export interface LayoutOptions {
  /** Between columns. */
  readonly columnGap: number;
  /** Between boxes of a column. */
  readonly rowGap: number;
}

/** A box, or a point at which a line passes a column. */
interface Cell {
  readonly height: number;
  readonly width: number;
  /** Of a column, from its left edge. */
  column: number;
  y: number;
  readonly isBox: boolean;
  readonly before: Cell[];
  readonly after: Cell[];
}

/** Sweeps over the columns; the order and the heights change little after these. */
const SWEEPS = 12;
/** What a line needs of a column that it passes. */
const LANE = 8;

/**
 * Places boxes in columns so that few lines cross and most run straight: after Sugiyama, with a point in
 * every column that a line passes, an order by the mean of the neighbours, and heights by least squares.
 */
export function layOut(boxes: readonly Box[], lines: readonly Line[], options: LayoutOptions): Layout {
  const used = [...new Set(boxes.map(({ column }) => column))].sort((a, b) => a - b);
  const columns: Cell[][] = used.map(() => []);
  const cells = new Map<string, Cell>();
  for (const { id, column, width, height } of boxes) {
    const cell = newCell(used.indexOf(column), width, height, true);
    cells.set(id, cell);
    columns[cell.column]?.push(cell);
  }
  const routes = lines.map(({ from, to }) => routeOf(cells.get(from), cells.get(to), columns));
  for (let sweep = 0; sweep < SWEEPS; sweep++) sort(columns, sweep % 2 === 0);
  for (const column of columns) stack(column, options.rowGap);
  for (let sweep = 0; sweep < SWEEPS; sweep++) straighten(columns, sweep % 2 === 0, options.rowGap);
  const all = columns.flat();
  const top = all.reduce((least, { y }) => Math.min(least, y), Number.POSITIVE_INFINITY);
  for (const cell of all) cell.y = Math.round(cell.y - top);

  const lefts: number[] = [];
  const widths = columns.map((column) => Math.max(0, ...column.map(({ width }) => width)));
  let left = 0;
  for (const width of widths) {
    lefts.push(left);
    left += width + options.columnGap;
  }
  const leftOf = (cell: Cell): number => lefts[cell.column] ?? 0;
  return {
    width: Math.max(0, left - options.columnGap),
    height: Math.max(0, ...all.map(({ y, height }) => y + height)),
    boxes: new Map([...cells].map(([id, cell]) => [id, { x: leftOf(cell), y: cell.y }])),
    lines: routes.map((route) =>
      route.flatMap((cell, index) => {
        const y = middle(cell);
        const right = leftOf(cell) + (cell.isBox ? cell.width : (widths[cell.column] ?? 0));
        if (index === 0) return [{ x: right, y }];
        if (index === route.length - 1) return [{ x: leftOf(cell), y }];
        return [
          { x: leftOf(cell), y },
          { x: right, y },
        ];
      }),
    ),
  };
}

const newCell = (column: number, width: number, height: number, isBox: boolean): Cell => ({
  column,
  width,
  height,
  y: 0,
  isBox,
  before: [],
  after: [],
});

const middle = ({ y, height }: Cell): number => y + height / 2;

/** Joins two cells through every column between them. */
function routeOf(from: Cell | undefined, to: Cell | undefined, columns: readonly Cell[][]): Cell[] {
  if (from === undefined || to === undefined) return [];
  const route = [from];
  for (let column = from.column + 1; column < to.column; column++) {
    const lane = newCell(column, 0, LANE, false);
    columns[column]?.push(lane);
    route.push(lane);
  }
  route.push(to);
  route.forEach((cell, index) => {
    const next = route[index + 1];
    if (next === undefined) return;
    cell.after.push(next);
    next.before.push(cell);
  });
  return route;
}

const isAlone = ({ before, after }: Cell): boolean => before.length === 0 && after.length === 0;

/** Orders each column by the mean place of its neighbours; what has none goes to the end. */
function sort(columns: readonly Cell[][], isForward: boolean): void {
  for (const column of isForward ? columns : [...columns].reverse()) {
    const places = new Map(
      columns.flatMap((cells) => cells.map((cell, index) => [cell, index / cells.length])),
    );
    const wanted = new Map(
      column.map((cell) => {
        const near = isForward ? cell.before : cell.after;
        // What begins in the middle, as a job that scrapes the monitoring itself, stands below the others.
        if (isForward && near.length === 0 && cell.column > 0 && !isAlone(cell))
          return [cell, Number.MAX_VALUE];
        const around = near.length > 0 ? near : [...cell.before, ...cell.after];
        return [
          cell,
          around.length === 0
            ? Number.POSITIVE_INFINITY
            : mean(around.map((other) => places.get(other) ?? 0)),
        ];
      }),
    );
    const order = new Map(column.map((cell, index) => [cell, index]));
    column.sort((a, b) => {
      const [one, other] = [wanted.get(a) ?? 0, wanted.get(b) ?? 0];
      return one === other ? (order.get(a) ?? 0) - (order.get(b) ?? 0) : one - other;
    });
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function stack(column: readonly Cell[], gap: number): void {
  let y = 0;
  for (const cell of column) {
    cell.y = y;
    y += cell.height + gap;
  }
}

/**
 * Moves each column's cells towards their neighbours' middles, in their order and without overlap. Those
 * that stand alone, which are the last, follow the others.
 */
function straighten(columns: readonly Cell[][], isForward: boolean, gap: number): void {
  for (const column of isForward ? columns : [...columns].reverse()) {
    const joined = column.filter((cell) => !isAlone(cell));
    let offset = 0;
    const offsets = joined.map((cell) => {
      const own = offset;
      offset += cell.height + gap;
      return own;
    });
    const wanted = joined.map((cell, index) => {
      const own = isForward ? cell.before : cell.after;
      const around = own.length > 0 ? own : [...cell.before, ...cell.after];
      return mean(around.map(middle)) - cell.height / 2 - (offsets[index] ?? 0);
    });
    let end = 0;
    rising(wanted).forEach((value, index) => {
      const cell = joined[index];
      if (cell === undefined) return;
      cell.y = value + (offsets[index] ?? 0);
      end = cell.y + cell.height + gap;
    });
    for (const cell of column.filter(isAlone)) {
      cell.y = end;
      end += cell.height + gap;
    }
  }
}

/** The rising sequence that is nearest to the given values, by least squares (pool adjacent violators). */
function rising(wanted: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of wanted) {
    pools.push({ sum: value, count: 1 });
    for (;;) {
      const [one, other] = pools.slice(-2);
      if (one === undefined || other === undefined || one.sum / one.count <= other.sum / other.count) break;
      pools.splice(-2, 2, { sum: one.sum + other.sum, count: one.count + other.count });
    }
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}
