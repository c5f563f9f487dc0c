/** Something the person who starts the stack can put right; its message is all they need to see. */
export class StartFault extends Error {
  override name = 'StartFault';
}

/** One fault out of many: every sentence on its own line. */
export const startFault = (title: string, faults: readonly string[]): StartFault =>
  new StartFault([title, ...faults.map((fault) => `  - ${fault}`)].join('\n'));
