/** A seat plan by load: each party's people to seats so that left and right, front and rear weigh alike. */
export interface Load { code: string; seats: number; kg: number }
export interface Seat { row: number; column: number; code: string | null; kg: number }

const peopleMax = 6; // 720 orders; an aircraft of ours has fewer seats

/** Return who sits where; the pilot decides. Heavier people first where there are too many to try all. */
export function planSeats(rows: readonly number[], loads: readonly Load[]): Seat[] {
  const seats: Seat[] = rows.flatMap((count, row) =>
    Array.from({ length: count }, (_, column) => ({ row, column, code: null, kg: 0 })));
  const people = loads
    .flatMap((load) => Array.from({ length: load.seats }, () => ({ code: load.code, kg: load.kg / Math.max(1, load.seats) })))
    .sort((a, b) => b.kg - a.kg || a.code.localeCompare(b.code))
    .slice(0, seats.length);
  if (people.length === 0 || seats.length > peopleMax) return seats.map((seat, at) => ({ ...seat, ...people[at] }));
  let best: number[] = [];
  let least = Infinity;
  const widest = Math.max(...rows);
  const visit = (order: number[]): void => {
    if (order.length === people.length) {
      let side = 0;
      let along = 0;
      order.forEach((at, who) => {
        const { row, column } = seats[at]!;
        side += people[who]!.kg * (column - (widest - 1) / 2);
        along += people[who]!.kg * (row - (rows.length - 1) / 2);
      });
      const imbalance = Math.abs(side) * 1000 + Math.abs(along);
      if (imbalance < least - 1e-9) [least, best] = [imbalance, order];
      return;
    }
    for (let at = 0; at < seats.length; at += 1) if (!order.includes(at)) visit([...order, at]);
  };
  visit([]);
  return seats.map((seat, at) => ({ ...seat, ...people[best.indexOf(at)] }));
}
