import { medianOf } from './say.ts';

/** Where two measurements of the same lie further apart, the machine was too busy to say anything. */
export const noiseBand = { least: 0.97, most: 1.03 } as const;

const mostTries = 3;

export type Interleaved = {
  /** The median of each, in the unit of whoever measured. */
  readonly medians: ReadonlyMap<string, number>;
  /** The median of all measurements of the floor. */
  readonly floor: number;
  readonly floorAgainstFloor: number;
  readonly isConclusive: boolean;
};

/**
 * Measures one after another, round by round, so that whatever the machine does meanwhile meets all of them alike. Two of the names
 * are the same floor: where they differ, or what was measured is not believed yet, it measures again, and says in the end whether that helped.
 */
export const interleave = async (
  names: readonly string[],
  rounds: number,
  [floor, floorAgain]: readonly [string, string],
  measure: (name: string) => Promise<number>,
  isBelieved: (measured: Interleaved) => boolean = () => true,
): Promise<Interleaved> => {
  for (let tries = 1; ; tries++) {
    const values = new Map<string, number[]>(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const name of names) values.get(name)?.push(await measure(name));
    }
    const medians = new Map([...values].map(([name, each]) => [name, medianOf(each)]));
    const floorAgainstFloor = (medians.get(floor) ?? Number.NaN) / (medians.get(floorAgain) ?? Number.NaN);
    const isConclusive = floorAgainstFloor >= noiseBand.least && floorAgainstFloor <= noiseBand.most;
    const ofFloor = [...(values.get(floor) ?? []), ...(values.get(floorAgain) ?? [])];
    const measured = { medians, floor: medianOf(ofFloor), floorAgainstFloor, isConclusive };
    if ((isConclusive && isBelieved(measured)) || tries === mostTries) return measured;
  }
};
